// SPDX-License-Identifier: MIT
#include "text/percent.hpp"

#include <algorithm>

namespace drf_messages::text {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

void append_escape(std::string& out, char c) {
    constexpr char digits[] = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 0x0F];
}

template<class Escape>
void append_encoded(
    std::string& out, std::string_view bytes, const SafeBytes& safe, Escape escape
) {
    const auto is_safe = [&safe](char c) { return safe.contain(c); };
    auto rest = bytes.begin();
    for (;;) {
        const auto end = std::find_if_not(rest, bytes.end(), is_safe);
        out.append(rest, end);
        if (end == bytes.end()) {
            return;
        }
        escape(out, *end);
        rest = end + 1;
    }
}

} // namespace

std::string percent_decode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '%' && i + 2 < text.size()) {
            const int high = hex_value(text[i + 1]);
            const int low = hex_value(text[i + 2]);
            if (high >= 0 && low >= 0) {
                out += static_cast<char>(high << 4 | low);
                i += 2;
                continue;
            }
        }
        out += c == '+' && plus_is_space ? ' ' : c;
    }
    return out;
}

std::string percent_encode(std::string_view bytes, const SafeBytes& safe) {
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 4);
    append_percent_encoded(out, bytes, safe);
    return out;
}

void append_percent_encoded(std::string& out, std::string_view bytes, const SafeBytes& safe) {
    append_encoded(out, bytes, safe, append_escape);
}

std::string percent_encode(std::string_view bytes, std::string_view safe) {
    return percent_encode(bytes, SafeBytes(safe));
}

std::string percent_encode_plus(std::string_view bytes) {
    static constexpr SafeBytes safe("");
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 4);
    append_encoded(out, bytes, safe, [](std::string& to, char c) {
        c == ' ' ? to.push_back('+') : append_escape(to, c);
    });
    return out;
}

} // namespace drf_messages::text
