// SPDX-License-Identifier: MIT
#include "html/escape.hpp"

#include "text/utf8.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace drf_messages::html {
namespace {

bool is_invisible(char32_t c) {
    return (c < ' ' && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0) || c == 0x00AD ||
           c == 0x061C || c == 0x180E || c == 0x200B || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x2064) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF || c == 0xFFFE || c == 0xFFFF ||
           (c >= 0xE0000 && c <= 0xE007F);
}

/// As JSON has it: a character beyond U+FFFF is two.
void append_json_escape(std::string& out, std::uint32_t code) {
    if (code > 0xFFFF) {
        append_json_escape(out, 0xD800 + ((code - 0x10000) >> 10));
        code = 0xDC00 + ((code - 0x10000) & 0x3FF);
    }
    out += fmt::format("\\u{:04x}", code);
}

} // namespace

void append_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#x27;";
            break;
        default:
            out += c;
        }
    }
}

std::string escaped(std::string_view text) {
    std::string out;
    append_escaped(out, text);
    return out;
}

std::string visible(std::string_view utf8) {
    std::string out;
    while (!utf8.empty()) {
        const auto [code, size, valid] = text::first_utf8_character(utf8);
        const bool ends_line = utf8.starts_with("\r\n");
        if (valid && is_invisible(code) && !ends_line) {
            append_json_escape(out, static_cast<std::uint32_t>(code));
        } else {
            out += utf8.substr(0, size);
        }
        utf8.remove_prefix(size);
    }
    return out;
}

} // namespace drf_messages::html
