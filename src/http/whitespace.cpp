// SPDX-License-Identifier: MIT
#include "http/whitespace.hpp"

#include "text/python_text.hpp"
#include "text/utf8.hpp"

#include <cstddef>

namespace drf_messages::http {

namespace {

bool continues_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// Where the last character of a text that is not empty begins.
std::size_t last_character(std::string_view utf8) {
    std::size_t begin = utf8.size() - 1;
    while (begin > 0 && continues_character(utf8[begin])) {
        --begin;
    }
    return begin;
}

bool is_one_space(std::string_view bytes) {
    const auto character = text::first_utf8_character(bytes);
    return character.size == bytes.size() && text::is_space(character.code_point);
}

} // namespace

std::string_view strip(std::string_view utf8) noexcept {
    while (!utf8.empty()) {
        const auto first = text::first_utf8_character(utf8);
        if (!text::is_space(first.code_point)) {
            break;
        }
        utf8.remove_prefix(first.size);
    }
    while (!utf8.empty()) {
        const auto begin = last_character(utf8);
        if (!is_one_space(utf8.substr(begin))) {
            break;
        }
        utf8 = utf8.substr(0, begin);
    }
    return utf8;
}

} // namespace drf_messages::http
