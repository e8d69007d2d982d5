// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/words.hpp"
#include "locale/language.hpp"
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

/// How a form reads date-times.
struct MomentReading {
    const text::TimeZone& zone; ///< of what has no offset
    bool use_tz;
    text::IsoForms iso;
    const locale::DateForms& forms; ///< those of the language
};

/// ISO 8601, or a form of the language; without an offset a wall clock reading, which must exist in
/// the zone once, or, without USE_TZ, any one, as the nearest moment.
/// - Django: forms/fields.py, DateTimeField; forms/utils.py, from_current_timezone.
CleanedMoment clean_moment(std::string_view text, const MomentReading& reading);

/// The same of a wall clock reading, which stands in no text.
CleanedMoment moment_of(text::TimeZone::LocalTime local, const text::TimeZone& zone, bool use_tz);

/// Python's str() of a naive datetime: "2024-03-31 02:30:00", microseconds only when there are any.
std::string format_naive(std::chrono::local_time<std::chrono::microseconds> local);

} // namespace drf_messages::api
