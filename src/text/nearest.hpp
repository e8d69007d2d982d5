// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::text {

/// The candidate that `name` was most likely meant to be: the one with the fewest insertions,
/// deletions, replacements and swaps of neighbours, ignoring case. Absent when none is close.
std::optional<std::string>
nearest(std::string_view name, const std::vector<std::string>& candidates);

/// "; did you mean X?", or nothing.
std::string suggestion(std::string_view name, const std::vector<std::string>& candidates);

} // namespace drf_messages::text
