// SPDX-License-Identifier: MIT
#include "text/python_isoformat.hpp"

#include "text/ascii.hpp"
#include "text/civil_numbers.hpp"

#include <algorithm>
#include <cstddef>

namespace drf_messages::text {
namespace {

using std::chrono::days;
using std::chrono::microseconds;
using std::chrono::weeks;

constexpr std::size_t fraction_digits = 6;

/// A text as C reads it: behind its end are zeros, which are no digits.
class Bytes {
public:
    explicit Bytes(std::string_view text) : text_(text) {}

    char operator[](std::size_t at) const { return at < text_.size() ? text_[at] : '\0'; }
    std::size_t size() const { return text_.size(); }

    std::optional<int> number(std::size_t at, std::size_t digits) const {
        int value = 0;
        for (std::size_t i = at; i < at + digits; ++i) {
            if (!is_digit((*this)[i])) {
                return std::nullopt;
            }
            value = value * 10 + ((*this)[i] - '0');
        }
        return value;
    }

    std::size_t end_of_digits(std::size_t at) const {
        while (is_digit((*this)[at])) {
            ++at;
        }
        return at;
    }

    /// Behind the character that begins here.
    std::size_t end_of_character(std::size_t at) const {
        const auto first = static_cast<unsigned char>((*this)[at]);
        return at + (first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4);
    }

private:
    std::string_view text_;
};

/// Where the date ends: before the character, whichever, that divides it from the time. Absent in a
/// date that ends too early.
std::optional<std::size_t> end_of_date(const Bytes& text) {
    constexpr std::size_t compact_week = 7;     // 2024W01
    constexpr std::size_t compact_or_week = 8;  // 20240102, 2024W011, 2024-W01
    constexpr std::size_t with_separators = 10; // 2024-01-02, 2024-W01-1
    if (text.size() == compact_week) {
        return compact_week;
    }
    if (text[4] == '-') {
        if (text[5] != 'W') {
            return with_separators;
        }
        if (text[8] != '-') {
            return compact_or_week;
        }
        if (text.size() == compact_or_week + 1) {
            return std::nullopt;
        }
        // 2024-W01-03 is the third hour of the week.
        return is_digit(text[10]) ? compact_or_week : with_separators;
    }
    if (text[4] != 'W') {
        return compact_or_week;
    }
    // What follows a week has an even number of digits.
    const std::size_t end = text.end_of_digits(compact_week);
    return end <= compact_or_week ? end : end % 2 == 0 ? compact_week : compact_or_week;
}

/// A day of the ISO 8601 calendar; 1 is Monday. Python: date.fromisocalendar.
std::optional<std::chrono::year_month_day> day_of_week(int year, int week, int day) {
    if (year < 1 || week < 1 || week > 53 || day < 1 || day > 7) {
        return std::nullopt;
    }
    // The week belongs to the year of its Thursday.
    const std::chrono::sys_days in_first_week{std::chrono::year{year} / std::chrono::January / 4};
    const std::chrono::sys_days first_monday =
        in_first_week - (std::chrono::weekday{in_first_week} - std::chrono::Monday);
    const std::chrono::sys_days monday = first_monday + weeks{week - 1};
    if (std::chrono::year_month_day{monday + days{3}}.year() != std::chrono::year{year}) {
        return std::nullopt;
    }
    return std::chrono::year_month_day{monday + days{day - 1}};
}

/// 2024-01-02, 20240102, 2024-W01-1, 2024W011, 2024-W01, 2024W01.
std::optional<std::chrono::year_month_day> read_date(const Bytes& text, std::size_t end) {
    const auto year = text.number(0, 4);
    if (!year) {
        return std::nullopt;
    }
    const std::size_t separator = text[4] == '-' ? 1 : 0;
    std::size_t at = 4 + separator;
    const bool by_week = text[at] == 'W';
    at += by_week ? 1 : 0;
    const auto month_or_week = text.number(at, 2);
    if (!month_or_week) {
        return std::nullopt;
    }
    at += 2;
    if (by_week && at >= end) {
        return day_of_week(*year, *month_or_week, 1);
    }
    if (separator == 1 && text[at] != '-') {
        return std::nullopt;
    }
    const auto day = text.number(at + separator, by_week ? 1 : 2);
    if (!day) {
        return std::nullopt;
    }
    if (by_week) {
        return day_of_week(*year, *month_or_week, *day);
    }
    return std::chrono::year_month_day{
        std::chrono::year{*year},
        std::chrono::month{static_cast<unsigned>(*month_or_week)},
        std::chrono::day{static_cast<unsigned>(*day)}};
}

/// Hours, minutes, seconds and microseconds, of a time or of an offset.
struct Clock {
    int hour = 0;
    int minute = 0;
    int second = 0;
    int microsecond = 0;
    bool at_end = false; ///< of the text; what is left over before an offset does no harm
};

/// 03:04:05.123456 and shorter ones; since Python 3.11 also 030405,1.
std::optional<Clock>
read_clock(const Bytes& text, std::size_t at, std::size_t end, IsoForms forms) {
    const bool of_3_11 = forms == IsoForms::python_3_11;
    Clock clock;
    bool has_colons = true;
    for (int* const field : {&clock.hour, &clock.minute, &clock.second}) {
        const auto number = text.number(at, 2);
        if (!number) {
            return std::nullopt;
        }
        *field = *number;
        const char next = text[at + 2];
        at += 3;
        if (of_3_11 && field == &clock.hour) {
            has_colons = next == ':';
        }
        if (at >= end) {
            clock.at_end = next == '\0';
            return clock;
        }
        if (next == '.' || (of_3_11 && next == ',')) {
            break;
        }
        if (!has_colons) {
            --at;
        } else if (next != ':') {
            return std::nullopt;
        }
    }
    const std::size_t left = end - at;
    if (!of_3_11 && left != fraction_digits && left != fraction_digits / 2) {
        return std::nullopt;
    }
    const std::size_t digits = std::min(left, fraction_digits);
    const auto fraction = text.number(at, digits);
    if (!fraction) {
        return std::nullopt;
    }
    clock.microsecond = *fraction;
    for (std::size_t i = digits; i < fraction_digits; ++i) {
        clock.microsecond *= 10;
    }
    at += digits;
    clock.at_end = text[of_3_11 ? text.end_of_digits(at) : at] == '\0';
    return clock;
}

/// What follows "+" or "-". Python: datetime.timezone takes less than a day.
std::optional<microseconds>
read_offset(const Bytes& text, std::size_t at, bool minus, IsoForms forms) {
    if (forms != IsoForms::python_3_11) {
        const std::size_t size = text.size() - at;
        if (size != 5 && size != 8 && size != 15) { // 01:00, 01:00:30, 01:00:30.000001
            return std::nullopt;
        }
    }
    const auto clock = read_clock(text, at, text.size(), forms);
    if (!clock || !clock->at_end) {
        return std::nullopt;
    }
    const std::chrono::seconds whole = std::chrono::hours{clock->hour} +
                                       std::chrono::minutes{clock->minute} +
                                       std::chrono::seconds{clock->second};
    if (whole.count() == 0) {
        return microseconds{0}; // a fraction of a second alone is UTC
    }
    const microseconds size = whole + microseconds{clock->microsecond};
    if (size >= days{1}) {
        return std::nullopt;
    }
    return minus ? -size : size;
}

/// The time and its offset, from a position on.
bool read_time(
    const Bytes& text,
    std::size_t begin,
    IsoForms forms,
    CivilNumbers& numbers,
    std::optional<microseconds>& offset
) {
    const auto begins_offset = [&](char c) {
        return c == '+' || c == '-' || (c == 'Z' && forms == IsoForms::python_3_11);
    };
    std::size_t end = begin;
    while (end < text.size() && !begins_offset(text[end])) {
        ++end;
    }
    const auto clock = read_clock(text, begin, end, forms);
    if (!clock) {
        return false;
    }
    numbers.hour = clock->hour;
    numbers.minute = clock->minute;
    numbers.second = clock->second;
    numbers.microsecond = clock->microsecond;
    if (end >= text.size()) {
        return clock->at_end;
    }
    if (text[end] == 'Z') {
        offset = microseconds{0};
        return text[end + 1] == '\0';
    }
    offset = read_offset(text, end + 1, text[end] == '-', forms);
    return offset.has_value();
}

} // namespace

std::optional<CivilTime> parse_python_isoformat(std::string_view text, IsoForms forms) {
    constexpr std::size_t shortest = 7;
    if (text.size() < shortest) {
        return std::nullopt;
    }
    const bool has_separators = text[4] == '-' && text[5] != 'W';
    if (forms != IsoForms::python_3_11 && !has_separators) {
        return std::nullopt;
    }
    const Bytes bytes(text);
    const auto separator = end_of_date(bytes);
    const auto date = separator ? read_date(bytes, *separator) : std::nullopt;
    if (!date) {
        return std::nullopt;
    }
    CivilNumbers numbers{.date = *date};
    CivilTime time;
    if (bytes.size() > *separator &&
        !read_time(bytes, bytes.end_of_character(*separator), forms, numbers, time.utc_offset)) {
        return std::nullopt;
    }
    const auto local = numbers.local();
    if (!local) {
        return std::nullopt;
    }
    time.local = *local;
    return time;
}

} // namespace drf_messages::text
