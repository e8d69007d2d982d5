// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/time.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::text {

/// A wall clock reading and, if given, the offset from UTC.
struct CivilTime {
    std::chrono::local_time<std::chrono::microseconds> local;
    std::optional<std::chrono::seconds> utc_offset;
};

/// A time zone of the system's tz database (IANA name). Cheap to copy, safe to share between
/// threads.
class TimeZone {
public:
    using LocalTime = std::chrono::local_time<std::chrono::microseconds>;

    /// Whose rules: those by which Django 3.2 keeps aware times (whole minutes, nothing changes
    /// after 2037 nor before 1901), or all that the system knows, as its clock shows it.
    enum class Rules { pytz, system };

    /// Absent when the system does not know the name; explain_unknown() then says why. Other names
    /// of UTC ("GMT", "Etc/UTC") are known without a tz database. What was found is kept.
    static std::optional<TimeZone> find(std::string_view name, Rules rules = Rules::pytz);
    static TimeZone utc();
    /// "there is no time zone X", or that the machine has no tz database and which package has it.
    static std::string explain_unknown(std::string_view name);
    /// Whether this machine has a tz database.
    static bool has_database();

    /// Offset from UTC and abbreviation ("CET") at a moment.
    std::chrono::seconds offset_at(Timestamp moment) const;
    std::string abbreviation_at(Timestamp moment) const;
    LocalTime local_at(Timestamp moment) const {
        return LocalTime{moment.time_since_epoch() + offset_at(moment)};
    }

    enum class Local { unique, ambiguous, nonexistent };
    /// The moment of a wall clock reading. The two other kinds are those that pytz's
    /// localize(is_dst=None) refuses, and therefore Django's from_current_timezone (a form then
    /// reports it); `moment` has no meaning for them.
    Local to_utc(LocalTime local, Timestamp& moment) const;
    /// The moment of any wall clock reading: the later one where the clock shows it twice, as
    /// PostgreSQL has it, the end of the gap where it skips it. A later reading is never an earlier
    /// moment.
    Timestamp nearest_moment(LocalTime local) const;

    const std::string& name() const;
    /// Whether it is UTC, under whatever name.
    bool is_utc() const;

private:
    struct Zone;
    explicit TimeZone(std::shared_ptr<const Zone> zone);
    std::shared_ptr<const Zone> zone_;
};

/// Whether a written time says how far it is from UTC: Django's aware datetimes, and its naive
/// ones.
enum class Offset { written, absent };

/// REST framework's DateTimeField.to_representation for "iso-8601": local time with offset, `Z` for
/// UTC, microseconds only when there are any. "2024-01-02T08:30:00.123456Z",
/// "2024-01-02T09:30:00+01:00". Here and below, what is beyond years 1 to 9999 is their end.
std::string format_iso8601(Timestamp moment, const TimeZone& zone, Offset offset = Offset::written);
/// The same without allocating: the view points into `buffer`.
using Iso8601Buffer = std::array<char, 40>;
std::string_view format_iso8601(
    Timestamp moment, const TimeZone& zone, Iso8601Buffer& buffer, Offset offset = Offset::written
);

/// Python's str() of an aware UTC datetime: "2024-01-01 00:00:00+00:00", microseconds only when
/// there are any.
std::string format_python_utc(Timestamp moment);

/// Python's datetime.strftime for a moment in a zone, with glibc's C locale (%Y unpadded below year
/// 1000 as glibc does). Without offset %z and %Z are empty.
std::string format_strftime(
    std::string_view format, Timestamp moment, const TimeZone& zone, Offset offset = Offset::written
);

/// Django's django.utils.dateparse.parse_datetime: absent when the text has another form (None), or
/// the right form but is not a date (ValueError): none of our callers tells them apart.
std::optional<CivilTime> parse_iso_datetime(std::string_view text);

} // namespace drf_messages::text
