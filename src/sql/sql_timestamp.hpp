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

/// The wall clock by which a database without time zones writes its moments. A reading is counted
/// as if it were UTC. Safe to share between threads.
class WallClock {
public:
    virtual ~WallClock() = default;
    virtual Timestamp reading_at(Timestamp moment) const = 0;
    /// The nearest where the clock never shows the reading, one of them where it does twice.
    virtual Timestamp moment_of(Timestamp reading) const = 0;
};

/// The reading of a clock (null: of UTC) at a moment; of what no column can hold the nearest that
/// it can.
Timestamp reading_at(Timestamp moment, const WallClock* clock);
/// The moment of a reading, or the nearest. At the ends of the calendar it may lie beyond them.
Timestamp moment_of(Timestamp reading, const WallClock* clock);
/// Absent where the clock never shows the reading.
std::optional<Timestamp> find_moment(Timestamp reading, const WallClock* clock);

/// Room for the longest text of a moment, "YYYY-MM-DD HH:MM:SS.ffffff".
using TimestampBuffer = std::array<char, 26>;

/// A moment as Django stores it where the database has no time zones: "YYYY-MM-DD HH:MM:SS" by that
/// clock, and ".ffffff" only when the microseconds are not zero. Such texts sort as the moments do.
/// The view points into `buffer`.
/// - Django: db/backends/sqlite3/operations.py, adapt_datetimefield_value.
std::string_view
format_timestamp(Timestamp moment, TimestampBuffer& buffer, const WallClock* clock = nullptr);

/// The moment that a stored text means: what format_timestamp writes, also with a `T` between,
/// without seconds, with one to twelve digits of a fraction (six count), and with `Z` or an offset;
/// without one it is a reading of the clock. A date alone is its midnight. Absent for anything
/// else, and for a reading that the clock never shows.
/// - Django: utils/dateparse.py, parse_datetime.
std::optional<Timestamp> parse_timestamp(std::string_view text, const WallClock* clock = nullptr);

/// The end of the calendar that stands for what is beyond it: "infinity", "-infinity", years from
/// 10000 on, and "BC" at the end, as PostgreSQL writes them. Absent for any other text.
std::optional<Timestamp> end_of_calendar(std::string_view text);

/// Of a text that parse_timestamp refuses: the end of the calendar that it is beyond, or the first
/// moment whose text is sorted at or behind it, byte by byte; the last of all where there is none.
Timestamp nearest_timestamp(std::string_view text, const WallClock* clock = nullptr);

} // namespace drf_messages::sql
