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
    std::optional<std::chrono::microseconds> utc_offset;
};

/// A time zone of the system's tz database (IANA name). Cheap to copy, safe to share between
/// threads.
class TimeZone {
public:
    using LocalTime = std::chrono::local_time<std::chrono::microseconds>;

    /// Whose rules: those by which Django 3.2 keeps aware times (pytz: whole minutes, nothing
    /// changes after 2037 nor before 1901), those by which 4.0 does (zoneinfo: all that the system
    /// knows), or those of the system's clock.
    enum class Rules { pytz, zoneinfo, system };

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
    /// The moment of a wall clock reading, which may be beyond the calendar. The two other kinds
    /// are those that Django's from_current_timezone refuses (a form then reports it); `moment` has
    /// no meaning for them.
    /// - Django: pytz's localize(is_dst=None); since 4.0 timezone._datetime_ambiguous_or_imaginary.
    Local to_utc(LocalTime local, Timestamp& moment) const;
    /// Django's make_aware, which takes the others too with zoneinfo: as the clock goes before it
    /// is changed. Absent where it raises an error.
    std::optional<Timestamp> make_aware(LocalTime local) const;
    /// The moment of any wall clock reading: the end of the gap where the clock skips it; where it
    /// shows it twice the later one, as PostgreSQL has it, with zoneinfo the earlier one, as
    /// Django. A later reading is never an earlier moment.
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

/// Which texts are date-times.
enum class IsoForms {
    django_3_2,  ///< what a regular expression of Django's takes: "2024-1-2 3:04+01"
    python_3_8,  ///< since Django 4.0 also what Python's isoformat() writes: "2024-01-02"
    python_3_11, ///< and with this Python nearly all of ISO 8601: "20240102T03", "2024-W01-1"
};

/// Django's django.utils.dateparse.parse_datetime: absent when the text has another form (None), or
/// the right form but is not a date (ValueError): none of our callers tells them apart.
std::optional<CivilTime>
parse_iso_datetime(std::string_view text, IsoForms forms = IsoForms::django_3_2);

} // namespace drf_messages::text
