// SPDX-License-Identifier: MIT
#include "text/datetime.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <array>

namespace drf_messages::text {
namespace {

// The zeros of Unicode 14's decimal digits (Python 3.11's \d and int() take them all); nine more
// follow each.
constexpr std::array<char32_t, 66> digit_zeros = {
    0x30,    0x660,   0x6F0,   0x7C0,   0x966,   0x9E6,   0xA66,   0xAE6,   0xB66,   0xBE6,
    0xC66,   0xCE6,   0xD66,   0xDE6,   0xE50,   0xED0,   0xF20,   0x1040,  0x1090,  0x17E0,
    0x1810,  0x1946,  0x19D0,  0x1A80,  0x1A90,  0x1B50,  0x1BB0,  0x1C40,  0x1C50,  0xA620,
    0xA8D0,  0xA900,  0xA9D0,  0xA9F0,  0xAA50,  0xABF0,  0xFF10,  0x104A0, 0x10D30, 0x11066,
    0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0,
    0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2,
    0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0,
};

std::optional<int> digit_value(char32_t code_point) {
    const auto next = std::upper_bound(digit_zeros.begin(), digit_zeros.end(), code_point);
    if (next == digit_zeros.begin() || code_point - *std::prev(next) > 9)
        return std::nullopt;
    return static_cast<int>(code_point - *std::prev(next));
}

class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    bool skip(char c) {
        if (rest_.empty() || rest_.front() != c)
            return false;
        rest_.remove_prefix(1);
        return true;
    }

    std::optional<int> digit() {
        if (rest_.empty())
            return std::nullopt;
        const auto character = first_utf8_character(rest_);
        const auto value = digit_value(character.code_point);
        if (value)
            rest_.remove_prefix(character.size);
        return value;
    }

    /// Between `least` and `most` digits, as many as there are.
    std::optional<int> number(int least, int most, int* count = nullptr) {
        int value = 0;
        int digits = 0;
        for (; digits < most; ++digits) {
            const auto next = digit();
            if (!next)
                break;
            value = value * 10 + *next;
        }
        if (count)
            *count = digits;
        return digits >= least ? std::optional(value) : std::nullopt;
    }

    /// Python's `$`: the end, or a line break before it.
    bool at_end() const { return rest_.empty() || rest_ == "\n"; }

private:
    std::string_view rest_;
};

// A fraction's microseconds; digits beyond the sixth are read and dropped.
std::optional<int> scan_fraction(Scanner& scanner) {
    int digits = 0;
    auto value = scanner.number(1, 6, &digits);
    if (!value)
        return std::nullopt;
    for (; digits < 6; ++digits)
        *value *= 10;
    scanner.number(0, 6);
    return value;
}

bool scan_offset(Scanner& scanner, std::optional<std::chrono::seconds>& offset) {
    if (scanner.skip('Z')) {
        offset = std::chrono::seconds{0};
        return true;
    }
    const bool minus = scanner.skip('-');
    if (!minus && !scanner.skip('+'))
        return true;
    const auto hours = scanner.number(2, 2);
    if (!hours)
        return false;
    int minutes = 0;
    const bool colon = scanner.skip(':');
    int digits = 0;
    const auto given = scanner.number(2, 2, &digits);
    if (given)
        minutes = *given;
    else if (colon || digits > 0)
        return false;
    const std::chrono::minutes size{*hours * 60 + minutes};
    // datetime.timezone: strictly less than a day.
    if (size >= std::chrono::hours{24})
        return false;
    offset = minus ? -size : size;
    return true;
}

} // namespace
} // namespace drf_messages::text

std::optional<drf_messages::text::CivilTime>
drf_messages::text::parse_iso_datetime(std::string_view text) {
    Scanner scanner(text);
    const auto year = scanner.number(4, 4);
    if (!year || !scanner.skip('-'))
        return std::nullopt;
    const auto month = scanner.number(1, 2);
    if (!month || !scanner.skip('-'))
        return std::nullopt;
    const auto day = scanner.number(1, 2);
    if (!day || !(scanner.skip('T') || scanner.skip(' ')))
        return std::nullopt;
    const auto hour = scanner.number(1, 2);
    if (!hour || !scanner.skip(':'))
        return std::nullopt;
    const auto minute = scanner.number(1, 2);
    if (!minute)
        return std::nullopt;
    std::optional<int> second = 0;
    std::optional<int> microsecond = 0;
    if (scanner.skip(':')) {
        second = scanner.number(1, 2);
        if (second && (scanner.skip('.') || scanner.skip(',')))
            microsecond = scan_fraction(scanner);
    }
    std::optional<std::chrono::seconds> offset;
    if (!second || !microsecond || !scan_offset(scanner, offset) || !scanner.at_end())
        return std::nullopt;

    const std::chrono::year_month_day date{
        std::chrono::year{*year},
        std::chrono::month{static_cast<unsigned>(*month)},
        std::chrono::day{static_cast<unsigned>(*day)},
    };
    if (*year < 1 || !date.ok() || *hour > 23 || *minute > 59 || *second > 59)
        return std::nullopt;
    return CivilTime{
        std::chrono::local_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
            std::chrono::seconds{*second} + std::chrono::microseconds{*microsecond},
        offset,
    };
}
