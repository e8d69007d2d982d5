// SPDX-License-Identifier: MIT
#include "text/python_text.hpp"

#include "text/ascii.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace drf_messages::text {
namespace {

// The zeros of Unicode 14's decimal digits; nine more follow each.
constexpr std::array<char32_t, 66> digit_zeros = {
    0x30,    0x660,   0x6F0,   0x7C0,   0x966,   0x9E6,   0xA66,   0xAE6,   0xB66,   0xBE6,
    0xC66,   0xCE6,   0xD66,   0xDE6,   0xE50,   0xED0,   0xF20,   0x1040,  0x1090,  0x17E0,
    0x1810,  0x1946,  0x19D0,  0x1A80,  0x1A90,  0x1B50,  0x1BB0,  0x1C40,  0x1C50,  0xA620,
    0xA8D0,  0xA900,  0xA9D0,  0xA9F0,  0xAA50,  0xABF0,  0xFF10,  0x104A0, 0x10D30, 0x11066,
    0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0,
    0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2,
    0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0,
};

// Python: sys.int_info.default_max_str_digits
constexpr std::size_t max_integer_digits = 4300;

// Whether an integer is its own result: digits of ASCII, and no 0 before others.
bool is_usual_number(std::string_view text) {
    return !text.empty() && text.size() <= max_integer_digits &&
           (text.front() != '0' || text.size() == 1) &&
           std::all_of(text.begin(), text.end(), is_digit);
}

} // namespace

std::optional<int> decimal_digit(char32_t code_point) {
    const auto next = std::upper_bound(digit_zeros.begin(), digit_zeros.end(), code_point);
    if (next == digit_zeros.begin() || code_point - *std::prev(next) > 9) {
        return std::nullopt;
    }
    return static_cast<int>(code_point - *std::prev(next));
}

bool is_space(char32_t code_point) {
    if (code_point < 0x80) {
        return code_point == ' ' || (code_point >= 0x09 && code_point <= 0x0D) ||
               (code_point >= 0x1C && code_point <= 0x1F);
    }
    return code_point == 0x85 || code_point == 0xA0 || code_point == 0x1680 ||
           (code_point >= 0x2000 && code_point <= 0x200A) || code_point == 0x2028 ||
           code_point == 0x2029 || code_point == 0x202F || code_point == 0x205F ||
           code_point == 0x3000;
}

std::u32string code_points(std::string_view utf8) {
    std::u32string result;
    result.reserve(utf8.size());
    while (!utf8.empty()) {
        const auto character = first_utf8_character(utf8);
        result += character.code_point;
        utf8.remove_prefix(character.size);
    }
    return result;
}

std::string_view strip(std::string_view utf8) {
    std::size_t begin = utf8.size();
    std::size_t end = 0;
    for (std::size_t at = 0; at < utf8.size();) {
        const auto character = first_utf8_character(utf8.substr(at));
        if (!is_space(character.code_point)) {
            begin = std::min(begin, at);
            end = at + character.size;
        }
        at += character.size;
    }
    return begin < end ? utf8.substr(begin, end - begin) : std::string_view();
}

std::vector<std::string_view> split_words(std::string_view utf8) {
    std::vector<std::string_view> words;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < utf8.size();) {
        const auto character = first_utf8_character(utf8.substr(i));
        if (is_space(character.code_point)) {
            if (i > begin) {
                words.push_back(utf8.substr(begin, i - begin));
            }
            begin = i + character.size;
        }
        i += character.size;
    }
    if (begin < utf8.size()) {
        words.push_back(utf8.substr(begin));
    }
    return words;
}

// Python: Objects/longobject.c, PyLong_FromUnicodeObject and long_from_string_base.
std::optional<std::string> parse_integer(std::string_view utf8) {
    if (is_usual_number(utf8)) {
        return std::string(utf8);
    }
    const auto text = code_points(utf8);
    auto next = std::find_if_not(text.begin(), text.end(), is_space);
    const auto end = std::find_if_not(text.rbegin(), text.rend(), is_space).base();
    bool negative = false;
    if (next < end && (*next == '+' || *next == '-')) {
        negative = *next++ == '-';
    }

    std::string digits;
    std::size_t digit_count = 0;
    bool after_digit = false; // an underscore must be between two digits
    for (; next < end; ++next) {
        if (*next == '_' && after_digit) {
            after_digit = false;
            continue;
        }
        const auto digit = decimal_digit(*next);
        if (!digit || ++digit_count > max_integer_digits) {
            return std::nullopt;
        }
        if (*digit != 0 || !digits.empty()) {
            digits += static_cast<char>('0' + *digit);
        }
        after_digit = true;
    }
    if (!after_digit) {
        return std::nullopt;
    }
    if (digits.empty()) {
        return "0";
    }
    return negative ? "-" + digits : digits;
}

} // namespace drf_messages::text
