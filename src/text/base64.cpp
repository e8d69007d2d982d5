// SPDX-License-Identifier: MIT
#include "text/base64.hpp"

#include <array>
#include <cstdint>

namespace drf_messages::text {
namespace {

constexpr std::string_view standard_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::uint8_t no_digit = 64;

using DecodeTable = std::array<std::uint8_t, 256>;

constexpr DecodeTable decode_table(bool url_safe) {
    DecodeTable table{};
    table.fill(no_digit);
    for (std::size_t i = 0; i < standard_alphabet.size(); ++i) {
        table[static_cast<unsigned char>(standard_alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    if (url_safe) {
        table['-'] = 62;
        table['_'] = 63;
    }
    return table;
}

std::string encode(std::string_view bytes, std::string_view alphabet, bool pad) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    std::size_t i = 0;
    for (; i + 2 < bytes.size(); i += 3) {
        const auto a = static_cast<unsigned char>(bytes[i]);
        const auto b = static_cast<unsigned char>(bytes[i + 1]);
        const auto c = static_cast<unsigned char>(bytes[i + 2]);
        out += alphabet[a >> 2];
        out += alphabet[(a & 0x03U) << 4 | b >> 4];
        out += alphabet[(b & 0x0FU) << 2 | c >> 6];
        out += alphabet[c & 0x3FU];
    }
    const std::size_t left = bytes.size() - i;
    if (left > 0) {
        const auto a = static_cast<unsigned char>(bytes[i]);
        const auto b = left == 2 ? static_cast<unsigned char>(bytes[i + 1]) : 0U;
        out += alphabet[a >> 2];
        out += alphabet[(a & 0x03U) << 4 | b >> 4];
        if (left == 2) {
            out += alphabet[(b & 0x0FU) << 2];
        }
        if (pad) {
            out.append(3 - left, '=');
        }
    }
    return out;
}

// Python: Modules/binascii.c, a2b_base64 with strict_mode off. `missing_padding` stands for "="
// that the caller would have appended.
std::optional<std::string>
decode(std::string_view text, const DecodeTable& table, std::size_t missing_padding) {
    std::string out;
    out.reserve(text.size() / 4 * 3 + 3);
    unsigned position = 0;
    unsigned padding = 0;
    unsigned left = 0;
    for (std::size_t i = 0; i < text.size() + missing_padding; ++i) {
        const char c = i < text.size() ? text[i] : '=';
        if (c == '=') {
            // A complete pad ends the data, whatever follows.
            if (position >= 2 && position + ++padding >= 4) {
                return out;
            }
            continue;
        }
        const unsigned digit = table[static_cast<unsigned char>(c)];
        if (digit == no_digit) {
            continue;
        }
        padding = 0;
        switch (position) {
        case 0:
            break;
        case 1:
            out += static_cast<char>(left << 2 | digit >> 4);
            break;
        case 2:
            out += static_cast<char>((left & 0x0FU) << 4 | digit >> 2);
            break;
        default:
            out += static_cast<char>((left & 0x03U) << 6 | digit);
            break;
        }
        left = digit;
        position = (position + 1) % 4;
    }
    if (position != 0) {
        return std::nullopt;
    }
    return out;
}

} // namespace

std::string base64_encode(std::string_view bytes) {
    return encode(bytes, standard_alphabet, true);
}

std::optional<std::string> base64_decode(std::string_view text) {
    static constexpr DecodeTable table = decode_table(false);
    return decode(text, table, 0);
}

std::string base64url_encode(std::string_view bytes) {
    return encode(bytes, url_alphabet, false);
}

std::optional<std::string> base64url_decode(std::string_view text) {
    static constexpr DecodeTable table = decode_table(true);
    return decode(text, table, (4 - text.size() % 4) % 4);
}

} // namespace drf_messages::text
