// SPDX-License-Identifier: MIT
#pragma once

#include "cache/cache.hpp"

#include <drf_messages/settings.hpp>

#include <memory>

namespace drf_messages::cache {

/// django.core.cache.backends.memcached: PyLibMCCache, PyMemcacheCache and MemcachedCache. A key
/// that Django refuses, since memcached could not hold it, is replaced by its digest; Django has
/// nothing under it.
/// - throws std::invalid_argument as memcached_options() does; no connection is opened yet.
std::unique_ptr<Cache> memcached_cache(const CacheSettings& settings);

} // namespace drf_messages::cache
