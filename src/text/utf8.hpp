// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace drf_messages::text {

bool is_valid_utf8(std::string_view bytes);

/// The number of code points in valid UTF-8.
std::size_t utf8_length(std::string_view utf8);

/// The first code points of valid UTF-8, at most so many.
std::string_view utf8_prefix(std::string_view utf8, std::size_t length);

/// Bytes as UTF-8, each maximal broken part replaced by U+FFFD, as Python's errors="replace" does.
std::string utf8_or_replacement(std::string_view bytes);

/// Latin-1 bytes as UTF-8.
std::string latin1_to_utf8(std::string_view bytes);

/// The character at the beginning of a byte string.
struct Utf8Character {
    char32_t code_point; ///< U+FFFD when broken
    std::size_t size;    ///< bytes of the character, or of the maximal broken part; at least 1
    bool valid;
};

/// The first character of `bytes`, which must not be empty. Surrogates and overlong forms are
/// broken.
Utf8Character first_utf8_character(std::string_view bytes);

/// - code_point: at most U+10FFFF; a surrogate is written as U+FFFD.
void append_utf8(std::string& out, char32_t code_point);

} // namespace drf_messages::text
