// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::django {

/// UTF-8 in which a lone surrogate may appear as three bytes: Python's "surrogatepass".
bool is_python_utf8(std::string_view bytes);

/// Python's raw-unicode-escape, into UTF-8 as above; absent when an escape is broken.
std::optional<std::string> decode_raw_unicode_escape(std::string_view line);

/// The argument of opcode S: the repr() of a str of Python 2, here only ASCII. Absent when it is
/// not one, or has an escape that repr() does not write.
std::optional<std::string> decode_string_literal(std::string_view line);

/// Little-endian two's complement as decimal digits.
std::string long_to_decimal(std::string_view little_endian);

/// Decimal digits as the shortest little-endian two's complement.
std::string decimal_to_long(std::string_view digits);

/// Text whose every code point is below U+0100 as those bytes; absent for any other.
std::optional<std::string> utf8_to_latin1(std::string_view utf8);

} // namespace drf_messages::django
