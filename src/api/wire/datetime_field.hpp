// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/words.hpp"
#include "text/datetime.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::api {

/// What a date/time form field makes of a parameter.
struct CleanedMoment {
    /// Absent when it has an error. May lie before year 1 or after year 9999, by its offset.
    std::optional<Timestamp> value;
    /// Why the form refuses it; empty when it is valid.
    Words error;
};

/// ISO 8601, or one of Django's DATETIME_INPUT_FORMATS and DATE_INPUT_FORMATS; without an offset a
/// wall clock reading in `zone`, which must exist there once.
/// - use_tz: false takes any reading, as the nearest moment.
/// - Django: forms/fields.py, DateTimeField; forms/utils.py, from_current_timezone;
///   conf/global_settings.py.
CleanedMoment clean_moment(std::string_view text, const text::TimeZone& zone, bool use_tz);

/// The wall clock reading that one of Django's input formats makes of the text (Python's
/// datetime.strptime).
std::optional<std::chrono::local_time<std::chrono::microseconds>>
parse_input_format(std::string_view text);

/// Python's str() of a naive datetime: "2024-03-31 02:30:00", microseconds only when there are any.
std::string format_naive(std::chrono::local_time<std::chrono::microseconds> local);

} // namespace drf_messages::api
