// SPDX-License-Identifier: MIT
#include "cache/make_cache.hpp"

#include "base/names_of.hpp"
#include "cache/forgiving_cache.hpp"
#include "model/option_values.hpp"

#ifdef DRF_MESSAGES_HAS_REDIS
#include "cache/redis_cache.hpp"
#endif
#ifdef DRF_MESSAGES_HAS_MEMCACHED
#include "cache/memcached_cache.hpp"
#endif

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace drf_messages::cache {
namespace {

using model::OptionValues;

constexpr std::int64_t most_entries = 300; // Django's MAX_ENTRIES

std::unique_ptr<Cache> make_local_memory(const CacheSettings&, const OptionValues& options) {
    options.allow_only({"MAX_ENTRIES", "CULL_FREQUENCY"});
    const auto limit = options.integer("MAX_ENTRIES", 1, 1'000'000'000);
    return local_memory_cache(
        std::chrono::steady_clock::now, static_cast<std::size_t>(limit.value_or(most_entries))
    );
}

std::unique_ptr<Cache> make_dummy(const CacheSettings&, const OptionValues&) {
    return dummy_cache();
}

[[maybe_unused]] std::unique_ptr<Cache>
forgiving_if(std::optional<bool> wanted, std::unique_ptr<Cache> cache) {
    return wanted.value_or(false) ? forgiving_cache(std::move(cache)) : std::move(cache);
}

using MakeCache = std::unique_ptr<Cache> (*)(const CacheSettings&, const OptionValues& options);

#ifdef DRF_MESSAGES_HAS_REDIS
std::unique_ptr<Cache> make_redis(const CacheSettings& settings, const OptionValues& options) {
    return forgiving_if(options.flag("IGNORE_EXCEPTIONS"), redis_cache(settings));
}
#else
constexpr MakeCache make_redis = nullptr;
#endif

#ifdef DRF_MESSAGES_HAS_MEMCACHED
std::unique_ptr<Cache> make_memcached(const CacheSettings& settings, const OptionValues& options) {
    return forgiving_if(options.flag("ignore_exc"), memcached_cache(settings));
}
#else
constexpr MakeCache make_memcached = nullptr;
#endif

struct Row {
    std::string_view name;
    MakeCache make; ///< null: not in this build
    bool in_a_server = true;
};

constexpr std::array rows{
    Row{"django.core.cache.backends.locmem.LocMemCache", make_local_memory, false},
    Row{"django.core.cache.backends.dummy.DummyCache", make_dummy, false},
    Row{"django_redis.cache.RedisCache", make_redis},
    Row{"django.core.cache.backends.redis.RedisCache", make_redis},
    Row{"django.core.cache.backends.memcached.PyLibMCCache", make_memcached},
    Row{"django.core.cache.backends.memcached.PyMemcacheCache", make_memcached},
    Row{"django.core.cache.backends.memcached.MemcachedCache", make_memcached},
};

/// Null for one that is not among them.
const Row* find_row(std::string_view name) {
    const auto* row = std::find_if(rows.begin(), rows.end(), [&](const Row& known) {
        return known.name == name;
    });
    return row == rows.end() ? nullptr : row;
}

/// The last words of the names that this build has, each once.
std::vector<std::string_view> available_kinds() {
    std::vector<std::string_view> kinds;
    for (const Row& row : rows) {
        const auto kind = row.name.substr(row.name.rfind('.') + 1);
        if (row.make != nullptr && std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) {
            kinds.push_back(kind);
        }
    }
    return kinds;
}

} // namespace

const std::vector<std::string>& known_backends() {
    static const std::vector<std::string> names = names_of(rows);
    return names;
}

bool is_in_a_server(std::string_view backend) {
    const Row* row = find_row(backend);
    return row != nullptr && row->in_a_server;
}

std::unique_ptr<Cache> make_cache(const CacheSettings& settings) {
    const OptionValues options("OPTIONS", settings.options);
    const Row* row = find_row(settings.backend);
    if (row == nullptr || row->make == nullptr) {
        throw std::invalid_argument(fmt::format(
            "BACKEND: \"{}\" is not available in this build; it has {}",
            settings.backend,
            fmt::join(available_kinds(), ", ")
        ));
    }
    return row->make(settings, options);
}

} // namespace drf_messages::cache
