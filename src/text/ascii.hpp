// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace drf_messages::text {

// ASCII characters, whatever the locale. A byte beyond ASCII belongs to none of these classes, and
// has no other case.

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

constexpr bool is_ascii(char c) {
    return static_cast<unsigned char>(c) < 0x80;
}

constexpr bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr bool is_alphanumeric(char c) {
    return is_letter(c) || is_digit(c);
}

/// White space as Python's bytes methods see it; text::is_space is for characters.
constexpr bool is_ascii_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

inline std::string lowered(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), lower);
    return result;
}

inline std::string uppered(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), upper);
    return result;
}

/// The text without the ASCII white space around it: Python's bytes.strip().
constexpr std::string_view trimmed(std::string_view bytes) {
    while (!bytes.empty() && is_ascii_space(bytes.front())) {
        bytes.remove_prefix(1);
    }
    while (!bytes.empty() && is_ascii_space(bytes.back())) {
        bytes.remove_suffix(1);
    }
    return bytes;
}

} // namespace drf_messages::text
