// SPDX-License-Identifier: MIT
#include "cache/make_cache.hpp"

#include "cache/forgiving_cache.hpp"
#include "cache/option_values.hpp"

#ifdef DRF_MESSAGES_HAS_REDIS
#include "cache/redis_cache.hpp"
#endif
#ifdef DRF_MESSAGES_HAS_MEMCACHED
#include "cache/memcached_cache.hpp"
#endif

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>
#include <string_view>
#include <utility>

namespace drf_messages::cache {
namespace {

constexpr std::string_view local_memory = "django.core.cache.backends.locmem.LocMemCache";
constexpr std::string_view dummy = "django.core.cache.backends.dummy.DummyCache";
constexpr std::int64_t most_entries = 300; // Django's MAX_ENTRIES

[[maybe_unused]] std::unique_ptr<Cache>
forgiving_if(std::optional<bool> wanted, std::unique_ptr<Cache> cache) {
    return wanted.value_or(false) ? forgiving_cache(std::move(cache)) : std::move(cache);
}

std::vector<std::string_view> available_kinds() {
    return {
        "LocMemCache",
        "DummyCache",
#ifdef DRF_MESSAGES_HAS_REDIS
        "RedisCache",
#endif
#ifdef DRF_MESSAGES_HAS_MEMCACHED
        "PyLibMCCache",
        "PyMemcacheCache",
        "MemcachedCache",
#endif
    };
}

} // namespace

const std::vector<std::string>& known_backends() {
    static const std::vector<std::string> names{
        std::string(local_memory),
        std::string(dummy),
        "django_redis.cache.RedisCache",
        "django.core.cache.backends.redis.RedisCache",
        "django.core.cache.backends.memcached.PyLibMCCache",
        "django.core.cache.backends.memcached.PyMemcacheCache",
        "django.core.cache.backends.memcached.MemcachedCache",
    };
    return names;
}

std::unique_ptr<Cache> make_cache(const CacheSettings& settings) {
    const std::string_view backend = settings.backend;
    const OptionValues options("OPTIONS", settings.options);
    if (backend == dummy) {
        return dummy_cache();
    }
    if (backend == local_memory) {
        options.allow_only({"MAX_ENTRIES", "CULL_FREQUENCY"});
        const auto limit = options.integer("MAX_ENTRIES", 1, 1'000'000'000);
        return local_memory_cache(
            std::chrono::steady_clock::now, static_cast<std::size_t>(limit.value_or(most_entries))
        );
    }
#ifdef DRF_MESSAGES_HAS_REDIS
    if (backend == "django_redis.cache.RedisCache" ||
        backend == "django.core.cache.backends.redis.RedisCache") {
        return forgiving_if(options.flag("IGNORE_EXCEPTIONS"), redis_cache(settings));
    }
#endif
#ifdef DRF_MESSAGES_HAS_MEMCACHED
    if (backend.starts_with("django.core.cache.backends.memcached.")) {
        return forgiving_if(options.flag("ignore_exc"), memcached_cache(settings));
    }
#endif
    throw std::invalid_argument(fmt::format(
        "BACKEND: \"{}\" is not available in this build; it has {}",
        backend,
        fmt::join(available_kinds(), ", ")
    ));
}

} // namespace drf_messages::cache
