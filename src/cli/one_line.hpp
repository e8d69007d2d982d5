// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace drf_messages::cli {

/// Text for a terminal: what could start a line, move the cursor or clear the screen is a space,
/// and what turns the direction or has no width is written "\u202e".
std::string one_line(std::string_view text);

} // namespace drf_messages::cli
