// SPDX-License-Identifier: MIT
#include "admin/lookup_moments.hpp"

#include "admin/lookup_values.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace drf_messages::admin {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::microseconds;
using std::chrono::weekday;
using std::chrono::year_month_day;
using LocalTime = text::TimeZone::LocalTime;

constexpr std::int64_t first_year = 1;
constexpr std::int64_t last_year = 9999;

year_month_day date_of(LocalTime local) {
    return year_month_day(std::chrono::floor<days>(local));
}

microseconds time_of(LocalTime local) {
    return local - std::chrono::floor<days>(local);
}

/// The Thursday of its week, whose year is the year that the week counts to.
local_days thursday_of(LocalTime local) {
    const auto day = std::chrono::floor<days>(local);
    return day + days(4 - static_cast<int>(weekday(day).iso_encoding()));
}

local_days first_day(std::int64_t year) {
    return local_days(std::chrono::year(static_cast<int>(year)) / std::chrono::January / 1);
}

std::int64_t iso_year(LocalTime local) {
    return static_cast<int>(year_month_day(thursday_of(local)).year());
}

/// A part that is a number. Django: models/functions/datetime.py.
struct Part {
    std::string_view name;
    std::int64_t (*of)(LocalTime);
};

constexpr Part parts[] = {
    {"iso_year", iso_year},
    {"month", [](LocalTime local) { return std::int64_t{unsigned(date_of(local).month())}; }},
    {"quarter",
     [](LocalTime local) { return std::int64_t{(unsigned(date_of(local).month()) + 2) / 3}; }},
    {"week",
     [](LocalTime local) {
         return std::int64_t{(thursday_of(local) - first_day(iso_year(local))).count() / 7 + 1};
     }},
    {"day", [](LocalTime local) { return std::int64_t{unsigned(date_of(local).day())}; }},
    {"week_day",
     [](LocalTime local) {
         return std::int64_t{weekday(std::chrono::floor<days>(local)).c_encoding() + 1};
     }},
    {"iso_week_day",
     [](LocalTime local) {
         return std::int64_t{weekday(std::chrono::floor<days>(local)).iso_encoding()};
     }},
    {"hour",
     [](LocalTime local) {
         return std::int64_t{std::chrono::floor<std::chrono::hours>(time_of(local)).count()};
     }},
    {"minute",
     [](LocalTime local) {
         return std::int64_t{std::chrono::floor<std::chrono::minutes>(time_of(local)).count() % 60};
     }},
    {"second",
     [](LocalTime local) {
         return std::int64_t{std::chrono::floor<std::chrono::seconds>(time_of(local)).count() % 60};
     }},
    {"time", [](LocalTime local) { return std::int64_t{time_of(local).count()}; }}};

const Part* find_part(std::string_view name) {
    const auto* const found =
        std::find_if(std::begin(parts), std::end(parts), [&](const Part& part) {
            return part.name == name;
        });
    return found == std::end(parts) ? nullptr : found;
}

bool compares(Lookup lookup, std::int64_t part, const std::vector<WholeNumber>& wanted) {
    return std::any_of(wanted.begin(), wanted.end(), [&](const WholeNumber& number) {
        // Beyond 64 bits it is above or below every part.
        const std::int64_t value = number.value.value_or(number.negative ? -1 : INT64_MAX);
        switch (lookup) {
        case Lookup::gt:
            return part > value;
        case Lookup::gte:
            return part >= value;
        case Lookup::lt:
            return part < value;
        case Lookup::lte:
            return part <= value;
        default:
            return part == value;
        }
    });
}

/// A span of the site's clock as a value is compared with it.
/// - begin: of the span; end: of the next one.
Condition compare_span(
    Field field, Lookup lookup, local_days begin, local_days end, const text::TimeZone& zone
) {
    const auto at = [&](Lookup moment_lookup, local_days day) {
        return Condition::compare(field, moment_lookup, zone.nearest_moment(LocalTime(day)));
    };
    switch (lookup) {
    case Lookup::gt:
        return at(Lookup::gte, end);
    case Lookup::gte:
        return at(Lookup::gte, begin);
    case Lookup::lt:
        return at(Lookup::lt, begin);
    case Lookup::lte:
        return at(Lookup::lt, end);
    default:
        return at(Lookup::gte, begin) && at(Lookup::lt, end);
    }
}

Condition
compare_year(Field field, Lookup lookup, const WholeNumber& year, const text::TimeZone& zone) {
    if (!year.value || *year.value < first_year || *year.value > last_year) {
        return compare_integer(
            field, lookup, {{}, year.value.value_or(year.negative ? -1 : 1) < 1}
        );
    }
    return compare_span(field, lookup, first_day(*year.value), first_day(*year.value + 1), zone);
}

std::optional<Condition> compare_range(
    Field field,
    std::string_view part,
    Lookup lookup,
    std::string_view value,
    const text::TimeZone& zone
) {
    if (part == "year") {
        const auto year = read_integer(value);
        return year ? std::optional(compare_year(field, lookup, *year, zone)) : std::nullopt;
    }
    const auto date = read_date(value);
    return date ? std::optional(compare_span(field, lookup, *date, *date + days(1), zone))
                : std::nullopt;
}

} // namespace

bool is_range_of_moments(std::string_view name) {
    return name == "year" || name == "date";
}

bool is_part_of_moment(std::string_view name) {
    return is_range_of_moments(name) || find_part(name) != nullptr;
}

std::optional<Asked> compare_part(
    Field field,
    std::string_view part,
    Lookup lookup,
    std::string_view value,
    const LookupContext& context
) {
    const auto values = lookup == Lookup::in ? split_at_commas(value) : std::vector{value};
    if (is_range_of_moments(part)) {
        std::vector<Condition> any;
        for (const std::string_view one : values) {
            auto range = compare_range(field, part, lookup, one, context.zone);
            if (!range) {
                return std::nullopt;
            }
            any.push_back(*std::move(range));
        }
        return Condition::any_of(std::move(any));
    }
    std::vector<WholeNumber> wanted;
    for (const std::string_view one : values) {
        if (part == "time") {
            const auto time = read_time_of_day(one);
            if (!time) {
                return std::nullopt;
            }
            wanted.push_back({time->count(), false});
        } else if (const auto number = read_integer(one)) {
            wanted.push_back(*number);
        } else {
            return std::nullopt;
        }
    }
    return store::RowTest{
        field,
        [zone = context.zone, of = find_part(part)->of, lookup, wanted = std::move(wanted)](
            const sql::Row& row, int column
        ) { return compares(lookup, of(zone.local_at(row.nearest_timestamp(column))), wanted); }};
}

Condition in_month(
    Field field,
    std::int64_t year,
    std::int64_t month,
    std::optional<std::int64_t> day,
    const text::TimeZone& zone
) {
    constexpr std::int64_t last_month = 12;
    constexpr std::int64_t last_day = 31;
    if (year < first_year || year > last_year || month < 1 || month > last_month ||
        (day && (*day < 1 || *day > last_day))) {
        return Condition::nothing();
    }
    const auto first = std::chrono::year(static_cast<int>(year)) /
                       std::chrono::month(static_cast<unsigned>(month)) / 1;
    if (!day) {
        return compare_span(
            field,
            Lookup::exact,
            local_days(first),
            local_days(first + std::chrono::months(1)),
            zone
        );
    }
    const auto date = first.year() / first.month() / std::chrono::day(static_cast<unsigned>(*day));
    if (!date.ok()) {
        return Condition::nothing();
    }
    return compare_span(field, Lookup::exact, local_days(date), local_days(date) + days(1), zone);
}

} // namespace drf_messages::admin
