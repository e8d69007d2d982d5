// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::cache {

/// A timeout of this or more: the entry does not expire.
inline constexpr std::chrono::seconds cache_forever = std::chrono::hours(24 * 365 * 100);

/// Django's cache, as far as we use it. Safe to call from several threads.
class Cache {
public:
    virtual ~Cache() = default;

    virtual std::optional<std::string> get(std::string_view key) = 0;
    /// A timeout of zero or less forgets the entry, as in Django.
    virtual void
    set(std::string_view key, std::string_view value, std::chrono::seconds timeout) = 0;
    virtual void remove(std::string_view key) = 0;

    /// Replaces a value by what `change` makes of it, atomically among the users of this object;
    /// absent result: unchanged. `change` is called once and must not call this cache.
    virtual void update(
        std::string_view key,
        std::chrono::seconds timeout,
        const std::function<std::optional<std::string>(const std::optional<std::string>&)>& change
    ) = 0;
};

/// django.core.cache.backends.locmem: in this process, at most `max_entries`; the one not used for
/// longest goes first.
std::unique_ptr<Cache> local_memory_cache(
    std::function<std::chrono::steady_clock::time_point()> now, std::size_t max_entries
);

/// django.core.cache.backends.dummy: keeps nothing.
std::unique_ptr<Cache> dummy_cache();

} // namespace drf_messages::cache
