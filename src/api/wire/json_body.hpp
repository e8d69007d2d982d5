// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::api {

/// Why Python's json module refuses a body, in its words ("Expecting value: line 1 column 1 (char
/// 0)"); absent for valid JSON.
/// - strict: refuse NaN and Infinity too, which Python otherwise takes.
/// - Python 3.11: Modules/_json.c, json/decoder.py; REST framework: parsers.py, JSONParser.
std::optional<std::string> json_body_error(std::string_view body, bool strict);

} // namespace drf_messages::api
