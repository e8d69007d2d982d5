// SPDX-License-Identifier: MIT
#include "django/pickle_text.hpp"

#include "django/python_json.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <vector>

namespace drf_messages::django {
namespace {

constexpr std::size_t surrogate_size = 3;

bool starts_with_surrogate(std::string_view bytes) {
    if (bytes.size() < surrogate_size || bytes[0] != '\xED') {
        return false;
    }
    const auto second = static_cast<unsigned char>(bytes[1]);
    const auto third = static_cast<unsigned char>(bytes[2]);
    return second >= 0xA0 && second <= 0xBF && third >= 0x80 && third <= 0xBF;
}

std::optional<std::uint32_t> hexadecimal(std::string_view digits, std::size_t count) {
    std::uint32_t number = 0;
    if (digits.size() < count) {
        return std::nullopt;
    }
    const char* const end = digits.data() + count;
    if (std::from_chars(digits.data(), end, number, 16).ptr != end) {
        return std::nullopt;
    }
    return number;
}

// Whole numbers as limbs of 32 bits, the lowest first.
using Limbs = std::vector<std::uint32_t>;
constexpr unsigned limb_bits = 32;
constexpr std::size_t chunk_digits = 9;
constexpr std::uint32_t chunk = 1'000'000'000;

void negate(Limbs& limbs) {
    std::uint64_t carry = 1;
    for (std::uint32_t& limb : limbs) {
        carry += static_cast<std::uint32_t>(~limb);
        limb = static_cast<std::uint32_t>(carry);
        carry >>= limb_bits;
    }
}

} // namespace

bool is_python_utf8(std::string_view bytes) {
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    while (!bytes.empty()) {
        const auto beyond = std::find_if_not(bytes.begin(), bytes.end(), is_ascii);
        bytes.remove_prefix(static_cast<std::size_t>(beyond - bytes.begin()));
        if (bytes.empty()) {
            break;
        }
        const auto character = text::first_utf8_character(bytes);
        if (character.valid) {
            bytes.remove_prefix(character.size);
        } else if (starts_with_surrogate(bytes)) {
            bytes.remove_prefix(surrogate_size);
        } else {
            return false;
        }
    }
    return true;
}

std::optional<std::string> decode_raw_unicode_escape(std::string_view line) {
    std::string out;
    out.reserve(line.size());
    while (!line.empty()) {
        const char c = line.front();
        line.remove_prefix(1);
        if (c != '\\' || line.empty()) {
            text::append_utf8(out, static_cast<unsigned char>(c));
            continue;
        }
        const char letter = line.front();
        line.remove_prefix(1);
        if (letter != 'u' && letter != 'U') {
            out += '\\';
            text::append_utf8(out, static_cast<unsigned char>(letter));
            continue;
        }
        const std::size_t digits = letter == 'u' ? 4 : 8;
        const auto code_point = hexadecimal(line, digits);
        if (!code_point || *code_point > 0x10FFFF) {
            return std::nullopt;
        }
        append_python_utf8(out, *code_point);
        line.remove_prefix(digits);
    }
    return out;
}

std::optional<std::string> decode_string_literal(std::string_view line) {
    if (line.size() < 2 || (line.front() != '\'' && line.front() != '"') ||
        line.back() != line.front()) {
        return std::nullopt;
    }
    line = line.substr(1, line.size() - 2);
    std::string out;
    while (!line.empty()) {
        char c = line.front();
        line.remove_prefix(1);
        if (c == '\\') {
            if (line.empty()) {
                return std::nullopt;
            }
            c = line.front();
            line.remove_prefix(1);
            if (c == 'x') {
                const auto byte = hexadecimal(line, 2);
                if (!byte) {
                    return std::nullopt;
                }
                c = static_cast<char>(*byte);
                line.remove_prefix(2);
            } else if (c == 'n') {
                c = '\n';
            } else if (c == 'r') {
                c = '\r';
            } else if (c == 't') {
                c = '\t';
            } else if (c != '\\' && c != '\'' && c != '"') {
                return std::nullopt;
            }
        }
        if (static_cast<unsigned char>(c) >= 0x80) {
            return std::nullopt;
        }
        out += c;
    }
    return out;
}

std::string long_to_decimal(std::string_view little_endian) {
    if (little_endian.empty()) {
        return "0";
    }
    constexpr std::size_t limb_bytes = limb_bits / 8;
    const bool negative = (static_cast<unsigned char>(little_endian.back()) & 0x80U) != 0;
    Limbs limbs((little_endian.size() + limb_bytes - 1) / limb_bytes, negative ? 0xFFFFFFFF : 0);
    for (std::size_t i = 0; i < little_endian.size(); ++i) {
        const auto shift = static_cast<unsigned>(i % limb_bytes) * 8;
        std::uint32_t& limb = limbs[i / limb_bytes];
        limb &= ~(0xFFU << shift);
        limb |= static_cast<std::uint32_t>(static_cast<unsigned char>(little_endian[i])) << shift;
    }
    if (negative) {
        negate(limbs);
    }

    std::string reversed;
    while (!limbs.empty()) {
        std::uint64_t remainder = 0;
        for (auto limb = limbs.rbegin(); limb != limbs.rend(); ++limb) {
            remainder = remainder << limb_bits | *limb;
            *limb = static_cast<std::uint32_t>(remainder / chunk);
            remainder %= chunk;
        }
        for (std::size_t i = 0; i < chunk_digits; ++i, remainder /= 10) {
            reversed += static_cast<char>('0' + remainder % 10);
        }
        while (!limbs.empty() && limbs.back() == 0) {
            limbs.pop_back();
        }
    }
    const auto last = reversed.find_last_not_of('0');
    reversed.resize(last == std::string::npos ? 1 : last + 1);
    if (negative) {
        reversed += '-';
    }
    std::reverse(reversed.begin(), reversed.end());
    return reversed;
}

std::string decimal_to_long(std::string_view digits) {
    const bool negative = digits.starts_with('-');
    if (negative) {
        digits.remove_prefix(1);
    }
    Limbs limbs;
    while (!digits.empty()) {
        const auto part = digits.substr(0, chunk_digits);
        digits.remove_prefix(part.size());
        std::uint32_t value = 0;
        std::uint64_t scale = 1;
        std::from_chars(part.data(), part.data() + part.size(), value);
        for (std::size_t i = 0; i < part.size(); ++i) {
            scale *= 10;
        }
        std::uint64_t carry = value;
        for (std::uint32_t& limb : limbs) {
            carry += limb * scale;
            limb = static_cast<std::uint32_t>(carry);
            carry >>= limb_bits;
        }
        if (carry > 0) {
            limbs.push_back(static_cast<std::uint32_t>(carry));
        }
    }
    // Room for the sign.
    limbs.push_back(0);
    if (negative) {
        negate(limbs);
    }

    std::string bytes;
    for (const std::uint32_t limb : limbs) {
        for (unsigned shift = 0; shift < limb_bits; shift += 8) {
            bytes += static_cast<char>(limb >> shift & 0xFFU);
        }
    }
    const char sign = negative ? '\xFF' : '\0';
    const auto has_sign = [negative](char c) {
        return ((static_cast<unsigned char>(c) & 0x80U) != 0) == negative;
    };
    while (bytes.size() > 1 && bytes.back() == sign && has_sign(bytes[bytes.size() - 2])) {
        bytes.pop_back();
    }
    return bytes;
}

std::optional<std::string> utf8_to_latin1(std::string_view utf8) {
    std::string out;
    out.reserve(utf8.size());
    while (!utf8.empty()) {
        const auto character = text::first_utf8_character(utf8);
        if (!character.valid || character.code_point > 0xFF) {
            return std::nullopt;
        }
        out += static_cast<char>(character.code_point);
        utf8.remove_prefix(character.size);
    }
    return out;
}

} // namespace drf_messages::django
