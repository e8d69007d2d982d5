// SPDX-License-Identifier: MIT
#include "locale/date_text.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace drf_messages::locale {
namespace {

namespace chrono = std::chrono;
using Months = std::array<std::string_view, 12>;

constexpr Months english_months = {
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December"};
/// Those of the Associated Press: Django's N.
constexpr Months short_english_months = {
    "Jan.",
    "Feb.",
    "March",
    "April",
    "May",
    "June",
    "July",
    "Aug.",
    "Sept.",
    "Oct.",
    "Nov.",
    "Dec."};
constexpr Months german_months = {
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember"};

bool is_german(const Language& language) {
    return language.code == "de" || language.code.starts_with("de-");
}

std::string_view name_of(chrono::month month, const Months& names) {
    return names.at(static_cast<unsigned>(month) - 1);
}

unsigned number(chrono::day day) {
    return static_cast<unsigned>(day);
}

/// Django's P: "8:30 a.m.", "8 a.m.".
std::string english_time(int hour, int minute) {
    if (minute == 0 && hour % 12 == 0) {
        return hour == 0 ? "midnight" : "noon";
    }
    const int shown_hour = hour % 12 == 0 ? 12 : hour % 12;
    const std::string_view half = hour < 12 ? "a.m." : "p.m.";
    return minute == 0 ? fmt::format("{} {}", shown_hour, half)
                       : fmt::format("{}:{:02} {}", shown_hour, minute, half);
}

} // namespace

std::string date_time_text(Timestamp moment, const text::TimeZone& zone, const Language& language) {
    const auto local = zone.local_at(moment);
    const auto midnight = chrono::floor<chrono::days>(local);
    const chrono::year_month_day date{midnight};
    const auto minutes = chrono::floor<chrono::minutes>(local - midnight).count();
    const int hour = static_cast<int>(minutes / 60);
    const int minute = static_cast<int>(minutes % 60);
    const int year = static_cast<int>(date.year());
    if (is_german(language)) {
        return fmt::format(
            "{}. {} {} {:02}:{:02}",
            number(date.day()),
            name_of(date.month(), german_months),
            year,
            hour,
            minute
        );
    }
    return fmt::format(
        "{} {}, {}, {}",
        name_of(date.month(), short_english_months),
        number(date.day()),
        year,
        english_time(hour, minute)
    );
}

std::string year_month_text(chrono::year_month month, const Language& language) {
    const Months& names = is_german(language) ? german_months : english_months;
    return fmt::format("{} {}", name_of(month.month(), names), static_cast<int>(month.year()));
}

std::string month_day_text(chrono::month_day day, const Language& language) {
    return is_german(language)
               ? fmt::format("{}. {}", number(day.day()), name_of(day.month(), german_months))
               : fmt::format("{} {}", name_of(day.month(), english_months), number(day.day()));
}

} // namespace drf_messages::locale
