// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace drf_messages::text {

bool is_valid_utf8(std::string_view bytes);

/// How many code points valid UTF-8 has.
std::size_t utf8_length(std::string_view utf8);

/// Bytes as UTF-8, each maximal broken part replaced by U+FFFD, as Python's errors="replace" does.
std::string utf8_or_replacement(std::string_view bytes);

/// Latin-1 bytes as UTF-8.
std::string latin1_to_utf8(std::string_view bytes);

} // namespace drf_messages::text
