// SPDX-License-Identifier: MIT
#pragma once

#include "cache/cache.hpp"
#include "cache/redis_options.hpp"
#include "model/rate.hpp"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace drf_messages::cache {

/// What Redis answers: nothing (nil), a number, or bytes (a status such as "OK" is bytes too).
using RedisReply = std::variant<std::monostate, std::int64_t, std::string>;

/// One Redis server, through a pool of connections that are opened when needed. Safe to call from
/// several threads.
/// A server that does not answer costs a request one timeout at most; while it is known to be down
/// requests fail at once, and one of them now and then finds out whether it is back.
class RedisClient {
public:
    explicit RedisClient(RedisOptions options);
    ~RedisClient();

    /// One command in one round trip: {"SET", key, value, "PX", "5000"}. A connection that the
    /// server has closed since its last use is replaced and the command sent again.
    /// Throws Error: no answer, or Redis answers with an error.
    RedisReply command(std::initializer_list<std::string_view> words);

    // ---- the commands that caches and sessions need; keys are Redis's

    std::optional<std::string> get(std::string_view key);
    /// - timeout: zero or less removes the key, cache_forever keeps it.
    void set(std::string_view key, std::string_view value, std::chrono::milliseconds timeout);
    /// False, and nothing changed, when the key exists.
    bool add(std::string_view key, std::string_view value, std::chrono::milliseconds timeout);
    /// False, and nothing changed, when the key does not exist.
    bool replace(std::string_view key, std::string_view value, std::chrono::milliseconds timeout);
    /// Gives a key another life and leaves its value as it is; false when it does not exist.
    /// - timeout: zero or less removes it, cache_forever keeps it.
    bool expire(std::string_view key, std::chrono::milliseconds timeout);
    bool remove(std::string_view key);
    bool exists(std::string_view key);
    /// set(), if the key still holds `expected` (absent: nothing); false otherwise.
    bool exchange(
        std::string_view key,
        const std::optional<std::string>& expected,
        std::string_view value,
        std::chrono::milliseconds timeout
    );
    /// Cache::count(), fail() and take_back() by Redis's own clock, in two sorted sets of marks: of
    /// the failed attempts under the key, of those under way under a key of their own.
    std::optional<std::chrono::microseconds>
    count(std::string_view key, const model::Rate& rate, std::string_view mark);
    void fail(std::string_view key, const model::Rate& rate, std::string_view mark);
    void take_back(std::string_view key, std::string_view mark);
    /// Cache::forgets_for_room(), by its maxmemory and maxmemory-policy.
    bool forgets_for_room();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace drf_messages::cache
