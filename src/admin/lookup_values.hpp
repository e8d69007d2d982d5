// SPDX-License-Identifier: MIT
#pragma once

#include "text/datetime.hpp"

#include <drf_messages/condition.hpp>
#include <drf_messages/settings.hpp>
#include <drf_messages/time.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace drf_messages::admin {

/// An integer as Python reads it, of any size: one beyond 64 bits is only known to be above or
/// below all others.
struct WholeNumber {
    std::optional<std::int64_t> value;
    bool negative = false;
};

/// Absent for a text that is no integer. Django: IntegerField.get_prep_value.
std::optional<WholeNumber> read_integer(std::string_view text);

/// - lookup: exact, gt, gte, lt or lte.
Condition compare_integer(Field field, Lookup lookup, const WholeNumber& number);

/// A date and time, or a date, by the site's clock unless it says its offset. Absent for a text of
/// another form, and for a reading that the clock never shows.
/// - Django: DateTimeField.to_python and get_prep_value.
std::optional<Timestamp>
read_moment(std::string_view text, const Settings& settings, const text::TimeZone& zone);

/// Django: DateField.to_python.
std::optional<std::chrono::local_days> read_date(std::string_view text);

/// How long after midnight. Django: TimeField.to_python.
std::optional<std::chrono::microseconds> read_time_of_day(std::string_view text);

/// The parts of a text between commas.
std::vector<std::string_view> split_at_commas(std::string_view text);

} // namespace drf_messages::admin
