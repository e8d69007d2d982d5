// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/time.hpp>

#include <array>
#include <chrono>
#include <optional>
#include <string_view>

namespace drf_messages::sql {

/// The first and the last moment that a column can hold: years 1 to 9999.
inline constexpr Timestamp first_moment =
    std::chrono::sys_days(std::chrono::year(1) / std::chrono::January / 1);
inline constexpr Timestamp last_moment =
    std::chrono::sys_days(std::chrono::year(9999) / std::chrono::December / 31) +
    std::chrono::days(1) - std::chrono::microseconds(1);

/// Room for the longest text of a moment, "YYYY-MM-DD HH:MM:SS.ffffff".
using TimestampBuffer = std::array<char, 26>;

/// A moment as Django stores it where the database has no time zones: "YYYY-MM-DD HH:MM:SS" in UTC,
/// and ".ffffff" only when the microseconds are not zero. Such texts sort as the moments do. The
/// view points into `buffer`. Moments that no column can hold become the nearest one that it can.
/// - Django: db/backends/sqlite3/operations.py, adapt_datetimefield_value.
std::string_view format_timestamp(Timestamp moment, TimestampBuffer& buffer);

/// The moment that a stored text means: what format_timestamp writes, also with a `T` between,
/// without seconds, with one to twelve digits of a fraction (six count), and with `Z` or an offset;
/// without one it is UTC. Absent for anything else.
/// - Django: utils/dateparse.py, parse_datetime.
std::optional<Timestamp> parse_timestamp(std::string_view text);

} // namespace drf_messages::sql
