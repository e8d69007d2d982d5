// SPDX-License-Identifier: MIT
#pragma once

#include "base/answerable.hpp"
#include "model/rate.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace drf_messages::cache {

/// A timeout of this or more: the entry does not expire. Two hundred years: a SESSION_COOKIE_AGE of
/// one hundred is somebody's.
inline constexpr std::chrono::seconds cache_forever = std::chrono::hours(24 * 365 * 200);

/// The clocks of machines that share a cache differ by less: what is further ahead was stored
/// before a clock was set back.
inline constexpr std::chrono::microseconds clock_difference = std::chrono::seconds(1);

/// How long an attempt that Cache::count() counts may be under way: after that it has failed, since
/// nobody may be left who could say.
inline constexpr std::chrono::seconds longest_attempt{30};

/// The server of a cache does not answer, or not as it should: what the cache holds is unknown, and
/// a write may or may not have happened. The text names neither keys nor values nor passwords.
class Error : public std::runtime_error, public Answerable {
public:
    using std::runtime_error::runtime_error;

    Answer answer() const noexcept override {
        return unavailable("The cache is not available. Try again.");
    }
};

/// What a cache holds for a key. The bytes mean something to django::CacheValueCodec only.
struct Entry {
    std::string bytes;
    std::uint32_t flags = 0; ///< memcached's, which say how the bytes were made; 0 elsewhere

    friend bool operator==(const Entry&, const Entry&) = default;
};

/// Django's cache, as far as we use it. Keys are those that Django's code gives to its caches; the
/// cache makes "KEY_PREFIX:VERSION:key" of them. Safe to call from several threads. Every function
/// throws Error.
class Cache {
public:
    /// The entry to store; absent: the stored one stays.
    using Change = std::function<std::optional<Entry>(const std::optional<Entry>&)>;

    virtual ~Cache() = default;

    virtual std::optional<Entry> get(std::string_view key) = 0;
    /// A timeout of zero or less forgets the entry, as in Django.
    virtual void set(std::string_view key, const Entry& entry, std::chrono::seconds timeout) = 0;
    /// False when the key has an entry already, which then stays.
    virtual bool add(std::string_view key, const Entry& entry, std::chrono::seconds timeout) = 0;
    /// Whether there was an entry.
    virtual bool remove(std::string_view key) = 0;

    /// Replaces an entry by what `change` makes of it, atomically among all users of the server.
    /// `change` is called again when somebody else changed the entry meanwhile, and must not call
    /// this cache.
    virtual void
    update(std::string_view key, std::chrono::seconds timeout, const Change& change) = 0;

    /// Counts one more attempt of what may fail at most as often as `rate` says in any span of its
    /// duration, atomically among all users of the server. It is under way, and counts like one
    /// that has failed, until fail() or take_back(). Absent: it is counted. Otherwise how long
    /// until another one may be, and nothing is counted; zero where those under way decide. What
    /// count() keeps under a key is no Entry that others could read.
    /// - mark: letters and digits, different each time; the others know the attempt by it, and
    ///   nothing is counted twice when its answer was lost and it is asked again.
    virtual std::optional<std::chrono::microseconds>
    count(std::string_view key, const model::Rate& rate, std::string_view mark);
    /// It counts on.
    virtual void fail(std::string_view key, const model::Rate& rate, std::string_view mark);
    virtual void take_back(std::string_view key, const model::Rate& rate, std::string_view mark);

    /// Whether the server forgets entries before their time when others need the room.
    virtual bool forgets_for_room() { return false; }
};

/// django.core.cache.backends.locmem: in this process, at most `max_entries`; the one not used for
/// longest goes first.
std::unique_ptr<Cache> local_memory_cache(
    std::function<std::chrono::steady_clock::time_point()> now, std::size_t max_entries
);

/// django.core.cache.backends.dummy: keeps nothing.
std::unique_ptr<Cache> dummy_cache();

} // namespace drf_messages::cache
