// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::cache {

/// The parts of LOCATION: a list, or one text whose parts `separators` divide, as Django has it.
std::vector<std::string> locations(const CacheSettings& settings, std::string_view separators);

} // namespace drf_messages::cache
