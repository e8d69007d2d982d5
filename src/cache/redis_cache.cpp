// SPDX-License-Identifier: MIT
#include "cache/redis_cache.hpp"

#include "cache/key.hpp"
#include "cache/redis_client.hpp"
#include "cache/update_pause.hpp"

#include <utility>

namespace drf_messages::cache {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Without the overflow of seconds::max().
milliseconds in_milliseconds(seconds timeout) {
    return timeout >= cache_forever ? milliseconds(cache_forever) : milliseconds(timeout);
}

class RedisCache final : public Cache {
public:
    explicit RedisCache(const CacheSettings& settings)
        : settings_(settings), client_(redis_options(settings)) {}

    std::optional<Entry> get(std::string_view key) override {
        auto bytes = client_.get(full_key(settings_, key));
        return bytes ? std::optional(Entry{std::move(*bytes)}) : std::nullopt;
    }

    void set(std::string_view key, const Entry& entry, seconds timeout) override {
        client_.set(full_key(settings_, key), entry.bytes, in_milliseconds(timeout));
    }

    bool add(std::string_view key, const Entry& entry, seconds timeout) override {
        return client_.add(full_key(settings_, key), entry.bytes, in_milliseconds(timeout));
    }

    bool remove(std::string_view key) override { return client_.remove(full_key(settings_, key)); }

    void update(std::string_view key, seconds timeout, const Change& change) override {
        const std::string name = full_key(settings_, key);
        UpdatePause pause;
        while (true) {
            const auto stored = client_.get(name);
            const auto entry = change(stored ? std::optional(Entry{*stored}) : std::nullopt);
            if (!entry || client_.exchange(name, stored, entry->bytes, in_milliseconds(timeout))) {
                return;
            }
            pause();
        }
    }

    std::optional<std::chrono::microseconds>
    count(std::string_view key, const model::Rate& rate, std::string_view mark) override {
        return client_.count(full_key(settings_, key), rate, mark);
    }

    void fail(std::string_view key, const model::Rate& rate, std::string_view mark) override {
        client_.fail(full_key(settings_, key), rate, mark);
    }

    void take_back(std::string_view key, const model::Rate&, std::string_view mark) override {
        client_.take_back(full_key(settings_, key), mark);
    }

    bool forgets_for_room() override { return client_.forgets_for_room(); }

private:
    CacheSettings settings_;
    RedisClient client_;
};

} // namespace

std::unique_ptr<Cache> redis_cache(const CacheSettings& settings) {
    return std::make_unique<RedisCache>(settings);
}

} // namespace drf_messages::cache
