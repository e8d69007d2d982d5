// SPDX-License-Identifier: MIT
#pragma once

#include "cache/cache.hpp"

#include <drf_messages/settings.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::cache {

/// The cache of [CACHES.ALIAS]; no connection is opened yet.
/// - throws std::invalid_argument, with the keys and without secret values, for a backend that is
///   not available in this build and for options that cannot work.
std::unique_ptr<Cache> make_cache(const CacheSettings& settings);

/// The backends that there are, also those that this build leaves out, by their names in Django.
const std::vector<std::string>& known_backends();
/// Whether a backend keeps entries in a server, which other processes see too.
bool is_in_a_server(std::string_view backend);

} // namespace drf_messages::cache
