// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace drf_messages::http {

/// UTF-8 text without the white space around it, as Python's str.strip() sees white space: in
/// addition to ASCII's also U+001C to U+001F, U+0085, U+00A0 and the wide ones.
std::string_view strip(std::string_view utf8) noexcept;

} // namespace drf_messages::http
