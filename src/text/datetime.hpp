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
    /// Absent when the system does not know the name.
    static std::optional<TimeZone> find(std::string_view name);
    static TimeZone utc();

    /// Offset from UTC and abbreviation ("CET") at a moment.
    std::chrono::seconds offset_at(Timestamp moment) const;
    std::string abbreviation_at(Timestamp moment) const;

    enum class Local { unique, ambiguous, nonexistent };
    /// The moment of a wall clock reading. The two other kinds are those that pytz's
    /// localize(is_dst=None) refuses, and therefore Django's from_current_timezone (a form then
    /// reports it); `moment` has no meaning for them.
    Local to_utc(std::chrono::local_time<std::chrono::microseconds> local, Timestamp& moment) const;

    const std::string& name() const;

private:
    struct Zone;
    explicit TimeZone(std::shared_ptr<const Zone> zone);
    std::shared_ptr<const Zone> zone_;
};

/// REST framework's DateTimeField.to_representation for "iso-8601": local time with offset, `Z` for
/// UTC, microseconds only when there are any. "2024-01-02T08:30:00.123456Z",
/// "2024-01-02T09:30:00+01:00".
std::string format_iso8601(Timestamp moment, const TimeZone& zone);
/// The same without allocating: the view points into `buffer`.
using Iso8601Buffer = std::array<char, 40>;
std::string_view format_iso8601(Timestamp moment, const TimeZone& zone, Iso8601Buffer& buffer);

/// Python's str() of an aware UTC datetime: "2024-01-01 00:00:00+00:00", microseconds only when
/// there are any.
std::string format_python_utc(Timestamp moment);

/// Python's datetime.strftime for a moment in a zone, with glibc's C locale (%Y unpadded below year
/// 1000 as glibc does).
std::string format_strftime(std::string_view format, Timestamp moment, const TimeZone& zone);

/// Django's django.utils.dateparse.parse_datetime: absent when the text has another form (None), or
/// the right form but is not a date (ValueError): none of our callers tells them apart.
std::optional<CivilTime> parse_iso_datetime(std::string_view text);

} // namespace drf_messages::text
