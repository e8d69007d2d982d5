// SPDX-License-Identifier: MIT
#pragma once

#include "cache/cache.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace drf_messages::django {
class CacheValueCodec;
}

namespace drf_messages::api {

/// When requests were made, in microseconds of Unix time, the latest first. REST framework keeps
/// the same in its cache: a list of time.time().
using ThrottleHistory = std::vector<std::int64_t>;

/// Empty for what is no such list.
ThrottleHistory
read_history(const django::CacheValueCodec& codec, const std::optional<cache::Entry>& stored);

cache::Entry write_history(const django::CacheValueCodec& codec, const ThrottleHistory& history);

} // namespace drf_messages::api
