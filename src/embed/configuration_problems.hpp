// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <string>
#include <vector>

namespace drf_messages::embed {

/// Why these settings cannot work, though each of them is valid; empty when they can. `check`
/// prints them and `serve` refuses to start.
std::vector<std::string> configuration_problems(const Settings& settings);

/// Throws std::invalid_argument, one line for each, when there are any.
void require_working(const Settings& settings);

} // namespace drf_messages::embed
