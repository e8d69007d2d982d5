// SPDX-License-Identifier: MIT
#pragma once

#include "cache/cache.hpp"

#include <memory>

namespace drf_messages::cache {

/// IGNORE_EXCEPTIONS of django_redis and ignore_exc of pymemcache: while the server of `cache` does
/// not answer, it holds nothing and keeps nothing. add() throws Error all the same: a caller that
/// wants a key of its own must not be told that somebody has it.
std::unique_ptr<Cache> forgiving_cache(std::unique_ptr<Cache> cache);

} // namespace drf_messages::cache
