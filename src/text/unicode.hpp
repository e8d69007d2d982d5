// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace drf_messages::text {

/// A letter or number of any script, or "_": what Python's \w matches.
bool is_word_character(char32_t code_point);

/// Of a category that begins with C: control and format characters, surrogates, private use,
/// unassigned.
bool is_other_character(char32_t code_point);

/// With its first character in upper case. Django: capfirst.
std::string capfirst(std::string_view utf8);

/// By which Python's re compares characters where it ignores case.
char32_t without_case(char32_t code_point);

/// Python's unicodedata.normalize("NFKC", text). Text that is not UTF-8 stays as it is. Takes the
/// square of the number of combining marks in a row: only for texts whose length is known.
std::string nfkc(std::string_view utf8);

/// The same result for texts that differ only in case, accents, compatible forms or characters that
/// are not seen (a soft hyphen). Text that is not UTF-8 stays as it is.
std::string without_case_and_marks(std::string_view utf8);

} // namespace drf_messages::text
