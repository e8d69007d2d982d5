// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace drf_messages::text {

/// Percent escapes to bytes; a broken escape stays as it is. `plus_is_space` as in forms.
std::string percent_decode(std::string_view text, bool plus_is_space);

/// Python's urllib.parse.quote: everything but letters, digits, "_.-~" and `safe` becomes %XX.
std::string percent_encode(std::string_view bytes, std::string_view safe = "/");

/// Python's urllib.parse.quote_plus: as quote with no safe characters, a space becomes "+".
std::string percent_encode_plus(std::string_view bytes);

} // namespace drf_messages::text
