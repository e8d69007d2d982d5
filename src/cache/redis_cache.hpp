// SPDX-License-Identifier: MIT
#pragma once

#include "cache/cache.hpp"

#include <drf_messages/settings.hpp>

#include <memory>

namespace drf_messages::cache {

/// django_redis.cache.RedisCache and Django's own django.core.cache.backends.redis.RedisCache.
/// - throws std::invalid_argument as redis_options() does; no connection is opened yet.
std::unique_ptr<Cache> redis_cache(const CacheSettings& settings);

} // namespace drf_messages::cache
