// SPDX-License-Identifier: MIT
#include "text/civil_numbers.hpp"
#include "text/datetime.hpp"
#include "text/python_isoformat.hpp"
#include "text/python_text.hpp"
#include "text/utf8.hpp"

namespace drf_messages::text {
namespace {

class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    bool skip(char c) {
        if (rest_.empty() || rest_.front() != c) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }

    void skip_spaces() {
        while (!rest_.empty()) {
            const auto character = first_utf8_character(rest_);
            if (!is_space(character.code_point)) {
                break;
            }
            rest_.remove_prefix(character.size);
        }
    }

    std::optional<int> digit() {
        if (rest_.empty()) {
            return std::nullopt;
        }
        const auto character = first_utf8_character(rest_);
        const auto value = decimal_digit(character.code_point);
        if (value) {
            rest_.remove_prefix(character.size);
        }
        return value;
    }

    /// Between `least` and `most` digits, as many as there are.
    std::optional<int> number(int least, int most, int* count = nullptr) {
        int value = 0;
        int digits = 0;
        for (; digits < most; ++digits) {
            const auto next = digit();
            if (!next) {
                break;
            }
            value = value * 10 + *next;
        }
        if (count) {
            *count = digits;
        }
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
    if (!value) {
        return std::nullopt;
    }
    for (; digits < 6; ++digits) {
        *value *= 10;
    }
    scanner.number(0, 6);
    return value;
}

bool scan_offset(Scanner& scanner, std::optional<std::chrono::microseconds>& offset) {
    if (scanner.skip('Z')) {
        offset = std::chrono::microseconds{0};
        return true;
    }
    const bool minus = scanner.skip('-');
    if (!minus && !scanner.skip('+')) {
        return true;
    }
    const auto hours = scanner.number(2, 2);
    if (!hours) {
        return false;
    }
    int minutes = 0;
    const bool colon = scanner.skip(':');
    int digits = 0;
    const auto given = scanner.number(2, 2, &digits);
    if (given) {
        minutes = *given;
    } else if (colon || digits > 0) {
        return false;
    }
    const std::chrono::minutes size{*hours * 60 + minutes};
    // datetime.timezone: strictly less than a day.
    if (size >= std::chrono::hours{24}) {
        return false;
    }
    offset = minus ? -size : size;
    return true;
}

/// Django's datetime_re.
std::optional<CivilTime> parse_loosely(std::string_view text, IsoForms forms) {
    Scanner scanner(text);
    const auto year = scanner.number(4, 4);
    if (!year || !scanner.skip('-')) {
        return std::nullopt;
    }
    const auto month = scanner.number(1, 2);
    if (!month || !scanner.skip('-')) {
        return std::nullopt;
    }
    const auto day = scanner.number(1, 2);
    if (!day || !(scanner.skip('T') || scanner.skip(' '))) {
        return std::nullopt;
    }
    const auto hour = scanner.number(1, 2);
    if (!hour || !scanner.skip(':')) {
        return std::nullopt;
    }
    const auto minute = scanner.number(1, 2);
    if (!minute) {
        return std::nullopt;
    }
    std::optional<int> second = 0;
    std::optional<int> microsecond = 0;
    if (scanner.skip(':')) {
        second = scanner.number(1, 2);
        if (second && (scanner.skip('.') || scanner.skip(','))) {
            microsecond = scan_fraction(scanner);
        }
    }
    if (!second || !microsecond) {
        return std::nullopt;
    }
    CivilTime time;
    if (forms != IsoForms::django_3_2) {
        scanner.skip_spaces();
    }
    if (!scan_offset(scanner, time.utc_offset) || !scanner.at_end()) {
        return std::nullopt;
    }
    const CivilNumbers numbers{
        .date =
            std::chrono::year_month_day{
                std::chrono::year{*year},
                std::chrono::month{static_cast<unsigned>(*month)},
                std::chrono::day{static_cast<unsigned>(*day)}},
        .hour = *hour,
        .minute = *minute,
        .second = *second,
        .microsecond = *microsecond,
    };
    const auto local = numbers.local();
    if (!local) {
        return std::nullopt;
    }
    time.local = *local;
    return time;
}

} // namespace

std::optional<CivilTime> parse_iso_datetime(std::string_view text, IsoForms forms) {
    if (forms != IsoForms::django_3_2) {
        if (const auto time = parse_python_isoformat(text, forms)) {
            return time;
        }
    }
    return parse_loosely(text, forms);
}

} // namespace drf_messages::text
