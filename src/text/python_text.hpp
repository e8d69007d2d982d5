// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::text {

/// The value of a decimal digit of any script, all of which Python's \d and int() accept (Unicode
/// 14).
std::optional<int> decimal_digit(char32_t code_point);

/// White space as Python's str methods and \s see it.
bool is_space(char32_t code_point);

/// The code points of UTF-8 text; broken bytes become U+FFFD.
std::u32string code_points(std::string_view utf8);

/// Python's str.strip() without arguments.
std::string_view strip(std::string_view utf8);

/// Python's str.split() without arguments: the words between white space. They point into `utf8`.
std::vector<std::string_view> split_words(std::string_view utf8);

/// Python's int(text): the number as str() writes it, of any size. Absent where Python raises
/// ValueError, as it also does for more than 4300 digits.
std::optional<std::string> parse_integer(std::string_view utf8);

} // namespace drf_messages::text
