// SPDX-License-Identifier: MIT
#include "http/whitespace.hpp"

#include <cstddef>

namespace drf_messages::http {

namespace {

bool is_ascii_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool is_wide_space(std::string_view character) {
    if (character.size() == 2) {
        return character == "\xC2\x85" || character == "\xC2\xA0";
    }
    if (character == "\xE1\x9A\x80" || character == "\xE2\x81\x9F" || character == "\xE3\x80\x80") {
        return true;
    }
    // U+2000 to U+200A, U+2028, U+2029 and U+202F
    const auto last = static_cast<unsigned char>(character[2]);
    return character.substr(0, 2) == "\xE2\x80" &&
           (last <= 0x8A || last == 0xA8 || last == 0xA9 || last == 0xAF);
}

std::size_t space_at_front(std::string_view text) {
    if (text.empty()) {
        return 0;
    }
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x80) {
        return is_ascii_space(text.front()) || (first >= 0x1C && first <= 0x1F) ? 1 : 0;
    }
    const std::size_t length = first == 0xC2 ? 2 : 3;
    return text.size() >= length && is_wide_space(text.substr(0, length)) ? length : 0;
}

std::size_t space_at_back(std::string_view text) {
    if (text.empty()) {
        return 0;
    }
    if (static_cast<unsigned char>(text.back()) < 0x80) {
        return space_at_front(text.substr(text.size() - 1));
    }
    for (const std::size_t length : {std::size_t(2), std::size_t(3)}) {
        if (text.size() >= length && space_at_front(text.substr(text.size() - length)) == length) {
            return length;
        }
    }
    return 0;
}

} // namespace

std::string_view strip(std::string_view utf8) noexcept {
    while (const auto length = space_at_front(utf8)) {
        utf8.remove_prefix(length);
    }
    while (const auto length = space_at_back(utf8)) {
        utf8.remove_suffix(length);
    }
    return utf8;
}

std::string_view strip_bytes(std::string_view bytes) noexcept {
    while (!bytes.empty() && is_ascii_space(bytes.front())) {
        bytes.remove_prefix(1);
    }
    while (!bytes.empty() && is_ascii_space(bytes.back())) {
        bytes.remove_suffix(1);
    }
    return bytes;
}

} // namespace drf_messages::http
