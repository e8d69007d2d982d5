// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <vector>

namespace drf_messages::http {

/// The items of a header such as Vary, without white space around them; they point into `list`. An
/// empty list has one item, which is empty, as Python's split(",") has it.
std::vector<std::string_view> split_at_commas(std::string_view list);

} // namespace drf_messages::http
