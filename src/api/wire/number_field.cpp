// SPDX-License-Identifier: MIT
#include "api/wire/number_field.hpp"

#include "text/python_text.hpp"

#include <algorithm>
#include <limits>

namespace drf_messages::api {
namespace {

// decimal.MAX_EMAX, and Etiny() of the widest context: beyond them Decimal(text) raises.
constexpr std::int64_t largest_exponent = 999'999'999'999'999'999;
constexpr std::int64_t smallest_exponent = -1'999'999'999'999'999'997;

// The float 1e50 as an exact number.
constexpr std::string_view upper_limit = "100000000000000007629769841091887003294964970946560";

/// sign * 0.d1d2d3… * 10^point; no digits for zero. Leading zeros are gone.
struct Decimal {
    bool negative = false;
    std::string digits;
    std::int64_t point = 0;
};

/// The text in ASCII: digits of any script become digits, underscores vanish. Absent when it cannot
/// be a number.
std::optional<std::string> ascii_form(std::string_view utf8) {
    const auto text = text::code_points(utf8);
    const auto begin = std::find_if_not(text.begin(), text.end(), text::is_space);
    const auto end = std::find_if_not(text.rbegin(), text.rend(), text::is_space).base();
    std::string ascii;
    for (auto next = begin; next < end; ++next) {
        if (*next == '_') {
            continue;
        }
        if (const auto digit = text::decimal_digit(*next)) {
            ascii += static_cast<char>('0' + *digit);
        } else if (*next < 0x80) {
            ascii += static_cast<char>(*next);
        } else {
            return std::nullopt;
        }
    }
    return ascii;
}

std::size_t count_digits(std::string_view text) {
    const auto end =
        std::find_if_not(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return static_cast<std::size_t>(end - text.begin());
}

/// "+12", as far as it matters: an exponent out of all ranges becomes one that is just that.
std::optional<std::int64_t> parse_exponent(std::string_view text) {
    constexpr std::int64_t saturated = 4'000'000'000'000'000'000;
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) {
        text.remove_prefix(1);
    }
    if (text.empty() || count_digits(text) != text.size()) {
        return std::nullopt;
    }
    std::int64_t value = 0;
    for (const char c : text) {
        value = value > saturated / 10 - 1 ? saturated : value * 10 + (c - '0');
    }
    return negative ? -value : value;
}

/// A finite number, as Python's Decimal(text) reads it; infinity and NaN are invalid for the form
/// anyway.
std::optional<Decimal> parse_decimal(std::string_view text) {
    Decimal decimal;
    decimal.negative = text.starts_with('-');
    if (decimal.negative || text.starts_with('+')) {
        text.remove_prefix(1);
    }
    const auto whole = count_digits(text);
    decimal.digits = text.substr(0, whole);
    text.remove_prefix(whole);
    std::size_t fraction = 0;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        fraction = count_digits(text);
        decimal.digits += text.substr(0, fraction);
        text.remove_prefix(fraction);
    }
    if (decimal.digits.empty()) {
        return std::nullopt;
    }
    std::int64_t exponent = 0;
    if (!text.empty()) {
        const auto given = text.front() == 'e' || text.front() == 'E'
                               ? parse_exponent(text.substr(1))
                               : std::nullopt;
        if (!given) {
            return std::nullopt;
        }
        exponent = *given;
    }
    exponent -= static_cast<std::int64_t>(fraction);
    decimal.digits.erase(0, std::min(decimal.digits.find_first_not_of('0'), decimal.digits.size()));
    decimal.point = exponent + static_cast<std::int64_t>(decimal.digits.size());
    const auto adjusted = decimal.digits.empty() ? exponent : decimal.point - 1;
    if (adjusted > largest_exponent || exponent < smallest_exponent) {
        return std::nullopt;
    }
    return decimal;
}

bool exceeds_limit(const Decimal& decimal) {
    const auto limit_digits = static_cast<std::int64_t>(upper_limit.size());
    if (decimal.negative || decimal.digits.empty() || decimal.point != limit_digits) {
        return !decimal.negative && !decimal.digits.empty() && decimal.point > limit_digits;
    }
    // Digits after a common beginning of equal length compare as texts do; a longer text is a
    // larger fraction.
    auto digits = decimal.digits;
    digits.erase(digits.find_last_not_of('0') + 1);
    auto limit = std::string(upper_limit);
    limit.erase(limit.find_last_not_of('0') + 1);
    return digits > limit;
}

/// Python's int(Decimal), where it fits.
std::optional<std::int64_t> truncated(const Decimal& decimal) {
    if (decimal.digits.empty() || decimal.point <= 0) {
        return 0;
    }
    if (decimal.point > std::numeric_limits<std::int64_t>::digits10 + 1) {
        return std::nullopt;
    }
    const auto places = static_cast<std::size_t>(decimal.point);
    std::uint64_t value = 0; // nineteen digits always fit
    for (std::size_t i = 0; i < places; ++i) {
        value =
            value * 10 +
            (i < decimal.digits.size() ? static_cast<std::uint64_t>(decimal.digits[i] - '0') : 0);
    }
    constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (value > largest + (decimal.negative ? 1 : 0)) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(decimal.negative ? -value : value);
}

} // namespace

CleanedNumber clean_number(std::string_view text) {
    CleanedNumber cleaned;
    const auto ascii = ascii_form(text);
    const auto decimal = ascii ? parse_decimal(*ascii) : std::nullopt;
    if (!decimal) {
        cleaned.error = {"Enter a number.", {}};
    } else if (exceeds_limit(*decimal)) {
        cleaned.error = {"Ensure this value is less than or equal to {}.", {"1e+50"}};
    } else {
        cleaned.value = truncated(*decimal);
        cleaned.negative = decimal->negative;
    }
    return cleaned;
}

} // namespace drf_messages::api
