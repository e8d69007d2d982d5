// SPDX-License-Identifier: MIT
#include "middleware/http_date.hpp"

#include "text/ascii.hpp"

#include <array>
#include <cstddef>
#include <string>

namespace drf_messages::middleware {
namespace {

bool is_word_character(char c) {
    return text::is_alphanumeric(c) || c == '_';
}

/// Takes a date apart from the front; after a mismatch `ok` stays false.
struct Scanner {
    std::string_view rest;
    bool ok = true;

    void literal(std::string_view expected) {
        ok = ok && rest.starts_with(expected);
        if (ok) {
            rest.remove_prefix(expected.size());
        }
    }

    std::string_view word(std::size_t shortest, std::size_t longest) {
        std::size_t length = 0;
        while (length < rest.size() && length < longest && is_word_character(rest[length])) {
            ++length;
        }
        ok = ok && length >= shortest;
        const std::string_view found = rest.substr(0, length);
        rest.remove_prefix(length);
        return found;
    }

    int number(std::size_t digits, bool space_first = false) {
        int value = 0;
        ok = ok && rest.size() >= digits;
        for (std::size_t i = 0; ok && i < digits; ++i) {
            if (space_first && i == 0 && rest[0] == ' ') {
                continue;
            }
            ok = text::is_digit(rest[i]);
            value = value * 10 + (rest[i] - '0');
        }
        if (ok) {
            rest.remove_prefix(digits);
        }
        return value;
    }
};

struct Fields {
    int year = 0;
    std::string_view month;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
};

void scan_clock(Scanner& scanner, Fields& fields) {
    fields.hour = scanner.number(2);
    scanner.literal(":");
    fields.minute = scanner.number(2);
    scanner.literal(":");
    fields.second = scanner.number(2);
}

std::optional<Fields> rfc1123(std::string_view text) {
    Scanner scanner{text};
    Fields fields;
    scanner.word(3, 3);
    scanner.literal(", ");
    fields.day = scanner.number(2);
    scanner.literal(" ");
    fields.month = scanner.word(3, 3);
    scanner.literal(" ");
    fields.year = scanner.number(4);
    scanner.literal(" ");
    scan_clock(scanner, fields);
    scanner.literal(" GMT");
    return scanner.ok && scanner.rest.empty() ? std::optional(fields) : std::nullopt;
}

std::optional<Fields> rfc850(std::string_view text) {
    Scanner scanner{text};
    Fields fields;
    scanner.word(6, 9);
    scanner.literal(", ");
    fields.day = scanner.number(2);
    scanner.literal("-");
    fields.month = scanner.word(3, 3);
    scanner.literal("-");
    fields.year = scanner.number(2);
    scanner.literal(" ");
    scan_clock(scanner, fields);
    scanner.literal(" GMT");
    return scanner.ok && scanner.rest.empty() ? std::optional(fields) : std::nullopt;
}

std::optional<Fields> asctime(std::string_view text) {
    Scanner scanner{text};
    Fields fields;
    scanner.word(3, 3);
    scanner.literal(" ");
    fields.month = scanner.word(3, 3);
    scanner.literal(" ");
    fields.day = scanner.number(2, true);
    scanner.literal(" ");
    scan_clock(scanner, fields);
    scanner.literal(" ");
    fields.year = scanner.number(4);
    return scanner.ok && scanner.rest.empty() ? std::optional(fields) : std::nullopt;
}

/// 1 to 12, 0 for no month.
unsigned month_number(std::string_view name) {
    constexpr std::array<std::string_view, 12> names = {
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
    const std::string lower = text::lowered(name);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == lower) {
            return static_cast<unsigned>(i) + 1;
        }
    }
    return 0;
}

int full_year(int year, Timestamp now) {
    if (year >= 100) {
        return year;
    }
    const int this_year = static_cast<int>(
        std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(now)).year()
    );
    const int century = this_year - this_year % 100;
    return year - this_year % 100 > 50 ? year + century - 100 : year + century;
}

} // namespace

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text, Timestamp now) {
    std::optional<Fields> fields = rfc1123(text);
    if (!fields) {
        fields = rfc850(text);
    }
    if (!fields) {
        fields = asctime(text);
    }
    if (!fields || fields->hour > 23 || fields->minute > 59 || fields->second > 59) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date(
        std::chrono::year(full_year(fields->year, now)),
        std::chrono::month(month_number(fields->month)),
        std::chrono::day(static_cast<unsigned>(fields->day))
    );
    if (!date.ok()) {
        return std::nullopt;
    }
    return std::chrono::sys_days(date) + std::chrono::hours(fields->hour) +
           std::chrono::minutes(fields->minute) + std::chrono::seconds(fields->second);
}

} // namespace drf_messages::middleware
