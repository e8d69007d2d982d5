// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::text {

/// An offset from UTC and its name, from a moment on.
struct ZonePeriod {
    std::chrono::sys_seconds begin;
    std::chrono::seconds offset;
    std::string abbreviation;
};

/// What becomes of a zone after the last change that its file names, in the words of POSIX:
/// "CET-1CEST,M3.5.0,M10.5.0/3".
/// - POSIX: 8.3, TZ; RFC 8536: 3.3 (hours from -167 to 167).
class PosixTimeZone {
public:
    /// Absent for what is none, and for one that names no day on which summer begins.
    static std::optional<PosixTimeZone> parse(std::string_view text);

    /// Whether it has a summer.
    bool changes() const { return summer_.has_value(); }
    /// The two periods that begin in a year of a zone that changes, the earlier one first.
    std::vector<ZonePeriod> periods_of(std::chrono::year year) const;

private:
    struct Day {
        enum class Kind { month_week, julian, ordinal } kind = Kind::month_week;
        unsigned month = 0;
        unsigned week = 0; ///< 5: the last one
        unsigned weekday = 0;
        unsigned number = 0; ///< of the year; julian: from 1, and the 29th of February has none
        std::chrono::seconds time{7200};

        std::chrono::local_seconds in(std::chrono::year year) const;
    };
    struct Summer {
        std::chrono::seconds offset;
        std::string abbreviation;
        Day begin;
        Day end;
    };
    class Reader;

    std::chrono::seconds offset_{0};
    std::string abbreviation_;
    std::optional<Summer> summer_;
};

} // namespace drf_messages::text
