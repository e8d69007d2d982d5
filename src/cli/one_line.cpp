// SPDX-License-Identifier: MIT
#include "cli/one_line.hpp"

#include "html/escape.hpp"
#include "text/utf8.hpp"

namespace drf_messages::cli {

std::string one_line(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const auto character = text::first_utf8_character(text);
        const char32_t point = character.code_point;
        const bool control =
            point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x2028 || point == 0x2029;
        if (control) {
            result += ' ';
        } else {
            text::append_utf8(result, point);
        }
        text.remove_prefix(character.size);
    }
    return html::visible(result);
}

} // namespace drf_messages::cli
