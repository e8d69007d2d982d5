// SPDX-License-Identifier: MIT
#include "html/escape.hpp"

#include "text/utf8.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace drf_messages::html {
namespace {

/// The same as text that HTML can hold: the picture of what it cannot.
void append_control(std::string& out, std::string_view character, char32_t code) {
    out += fmt::format(
        "<span class=\"control\" data-code=\"U+{:04X}\">", static_cast<std::uint32_t>(code)
    );
    if (code < ' ') {
        text::append_utf8(out, 0x2400 + code);
    } else {
        out += character;
    }
    out += "</span>";
}

/// Controls but for line breaks and tabs; marks, embeddings, overrides and isolates of direction.
bool is_invisible(char32_t c) {
    return (c < ' ' && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0) || c == 0x061C ||
           c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
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

void append_visible(std::string& out, std::string_view utf8) {
    while (!utf8.empty()) {
        const auto [code, size, valid] = text::first_utf8_character(utf8);
        const auto character = utf8.substr(0, size);
        if (valid && is_invisible(code)) {
            append_control(out, character, code);
        } else {
            append_escaped(out, character);
        }
        utf8.remove_prefix(size);
    }
}

std::string visible(std::string_view utf8) {
    std::string out;
    append_visible(out, utf8);
    return out;
}

} // namespace drf_messages::html
