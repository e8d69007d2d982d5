// SPDX-License-Identifier: MIT
#include "text/datetime.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace {

using drf_messages::Timestamp;
using namespace drf_messages::text;
using Local = TimeZone::Local;

std::chrono::local_time<std::chrono::microseconds> local(std::string_view iso) {
    return parse_iso_datetime(iso).value().local;
}

Timestamp utc(std::string_view iso) {
    return Timestamp{local(iso).time_since_epoch()};
}

struct OffsetVector {
    std::string_view zone;
    std::string_view utc;
    std::string_view text;
    std::string_view abbreviation;
};

// pytz with the system's zones, as Django 3.2 uses it: the moment in the zone, .isoformat() and
// .tzname().
const std::vector<OffsetVector> offset_vectors = {
    {"Europe/Berlin", "2024-03-31T00:59:59", "2024-03-31T01:59:59+01:00", "CET"},
    {"Europe/Berlin", "2024-03-31T01:00:00", "2024-03-31T03:00:00+02:00", "CEST"},
    {"Europe/Berlin", "2024-10-27T00:59:59", "2024-10-27T02:59:59+02:00", "CEST"},
    {"Europe/Berlin", "2024-10-27T01:00:00", "2024-10-27T02:00:00+01:00", "CET"},
    {"Europe/Berlin", "2037-07-01T00:00:00", "2037-07-01T02:00:00+02:00", "CEST"},
    {"Europe/Berlin", "2050-07-01T00:00:00", "2050-07-01T01:00:00+01:00", "CET"},
    {"Europe/Berlin", "1901-12-13T20:45:51", "1901-12-13T21:38:51+00:53", "LMT"},
    {"Europe/Berlin", "1901-12-13T20:45:52", "1901-12-13T21:45:52+01:00", "CET"},
    {"Europe/Berlin", "0001-01-02T00:00:00", "0001-01-02T00:53:00+00:53", "LMT"},
    {"Africa/Monrovia", "1960-01-01T00:00:00", "1959-12-31T23:16:00-00:44", "MMT"},
    {"Australia/Lord_Howe", "2024-01-01T00:00:00", "2024-01-01T11:00:00+11:00", "+11"},
    {"Australia/Lord_Howe", "2024-07-01T00:00:00", "2024-07-01T10:30:00+10:30", "+1030"},
    {"Pacific/Apia", "2011-12-30T09:59:59", "2011-12-29T23:59:59-10:00", "-10"},
    {"Pacific/Apia", "2011-12-30T10:00:00", "2011-12-31T00:00:00+14:00", "+14"},
    {"Etc/GMT+5", "2024-01-01T00:00:00", "2023-12-31T19:00:00-05:00", "-05"},
    {"Etc/UTC", "2024-01-01T00:00:00", "2024-01-01T00:00:00Z", "UTC"},
};

struct LocalVector {
    std::string_view zone;
    std::string_view local;
    Local kind;
    std::string_view utc;
};

// pytz: zone.localize(local, is_dst=None).
const std::vector<LocalVector> local_vectors = {
    {"Europe/Berlin", "2024-07-01T12:00:00.000001", Local::unique, "2024-07-01T10:00:00.000001"},
    {"Europe/Berlin", "2024-03-31T01:59:59.999999", Local::unique, "2024-03-31T00:59:59.999999"},
    {"Europe/Berlin", "2024-03-31T02:00:00", Local::nonexistent, {}},
    {"Europe/Berlin", "2024-03-31T02:59:59.999999", Local::nonexistent, {}},
    {"Europe/Berlin", "2024-03-31T03:00:00", Local::unique, "2024-03-31T01:00:00"},
    {"Europe/Berlin", "2024-10-27T01:59:59", Local::unique, "2024-10-26T23:59:59"},
    {"Europe/Berlin", "2024-10-27T02:00:00", Local::ambiguous, {}},
    {"Europe/Berlin", "2024-10-27T02:59:59", Local::ambiguous, {}},
    {"Europe/Berlin", "2024-10-27T03:00:00", Local::unique, "2024-10-27T02:00:00"},
    {"Pacific/Apia", "2011-12-30T12:00:00", Local::nonexistent, {}},
    {"Australia/Lord_Howe", "2024-04-07T01:45:00", Local::ambiguous, {}},
    {"Asia/Kolkata", "2024-03-31T02:30:00", Local::unique, "2024-03-30T21:00:00"},
    {"Etc/GMT+5", "0001-01-01T00:00:00", Local::unique, "0001-01-01T05:00:00"},
    {"UTC", "9999-12-31T23:59:59", Local::unique, "9999-12-31T23:59:59"},
};

} // namespace

TEST(TimeZone, HasTheOffsetsThatPytzHas) {
    for (const auto& vector : offset_vectors) {
        SCOPED_TRACE(vector.text);
        const auto zone = TimeZone::find(vector.zone).value();
        EXPECT_EQ(format_iso8601(utc(vector.utc), zone), vector.text);
        EXPECT_EQ(zone.abbreviation_at(utc(vector.utc)), vector.abbreviation);
    }
}

TEST(TimeZone, RefusesAWallClockReadingThatPytzRefuses) {
    for (const auto& vector : local_vectors) {
        SCOPED_TRACE(vector.local);
        Timestamp moment;
        const auto kind = TimeZone::find(vector.zone).value().to_utc(local(vector.local), moment);
        EXPECT_EQ(kind, vector.kind);
        if (kind == Local::unique) {
            EXPECT_EQ(moment, utc(vector.utc));
        }
    }
}

// The recorded site: ?created_after=0001-01-01 is an error of the form except in zones that never
// change.
TEST(TimeZone, CanNotInterpretTheFirstAndLastDayOfTimeWhereTheOffsetChanges) {
    Timestamp moment;
    const auto zone = TimeZone::find("America/New_York").value();
    EXPECT_EQ(zone.to_utc(local("0001-01-01T00:00"), moment), Local::nonexistent);
    EXPECT_EQ(zone.to_utc(local("0001-01-02T00:00"), moment), Local::unique);
    EXPECT_EQ(zone.to_utc(local("9999-12-30T23:59:59"), moment), Local::unique);
    EXPECT_EQ(zone.to_utc(local("9999-12-31T00:00"), moment), Local::nonexistent);
}

TEST(TimeZone, IsNotFoundUnderANameThatTheSystemDoesNotKnow) {
    EXPECT_FALSE(TimeZone::find("Europe/Atlantis"));
    EXPECT_FALSE(TimeZone::find(""));
    EXPECT_FALSE(TimeZone::find("../../../etc/passwd"));
    EXPECT_EQ(TimeZone::find("Europe/Berlin")->name(), "Europe/Berlin");
    EXPECT_EQ(TimeZone::utc().name(), "UTC");
}

// Python's zoneinfo with the same tzdata, for the moments that only these rules know.
const std::vector<OffsetVector> system_vectors = {
    {"America/New_York", "2026-03-08T06:59:59", "2026-03-08T01:59:59-05:00", "EST"},
    {"America/New_York", "2026-03-08T07:00:00", "2026-03-08T03:00:00-04:00", "EDT"},
    {"America/New_York", "2050-07-01T16:00:00", "2050-07-01T12:00:00-04:00", "EDT"},
    {"America/New_York", "2050-12-01T17:00:00", "2050-12-01T12:00:00-05:00", "EST"},
    {"America/New_York", "2400-07-01T16:00:00", "2400-07-01T12:00:00-04:00", "EDT"},
    {"America/New_York", "9999-07-01T16:00:00", "9999-07-01T12:00:00-04:00", "EDT"},
    {"America/New_York", "9999-12-01T17:00:00", "9999-12-01T12:00:00-05:00", "EST"},
    {"America/New_York", "1850-06-01T16:56:02", "1850-06-01T12:00:00-04:56:02", "LMT"},
    {"Europe/Dublin", "2050-07-01T11:00:00", "2050-07-01T12:00:00+01:00", "IST"},
    {"Europe/Dublin", "2050-12-01T12:00:00", "2050-12-01T12:00:00Z", "GMT"},
    {"Australia/Lord_Howe", "2050-01-01T01:00:00", "2050-01-01T12:00:00+11:00", "+11"},
    {"Australia/Lord_Howe", "2050-07-01T01:30:00", "2050-07-01T12:00:00+10:30", "+1030"},
    {"Africa/Casablanca", "2050-08-01T11:00:00", "2050-08-01T12:00:00+01:00", "+01"},
    {"Asia/Tokyo", "2050-07-01T03:00:00", "2050-07-01T12:00:00+09:00", "JST"},
    {"Asia/Kathmandu", "1960-01-01T06:30:00", "1960-01-01T12:00:00+05:30", "+0530"},
};

TEST(TimeZone, WithOtherRulesThanThoseOfPytzHasTheOffsetsOfEveryYear) {
    for (const auto& vector : system_vectors) {
        SCOPED_TRACE(vector.text);
        for (const auto rules : {TimeZone::Rules::zoneinfo, TimeZone::Rules::system}) {
            const auto zone = TimeZone::find(vector.zone, rules).value();
            EXPECT_EQ(format_iso8601(utc(vector.utc), zone), vector.text);
            EXPECT_EQ(zone.abbreviation_at(utc(vector.utc)), vector.abbreviation);
            EXPECT_EQ(zone.nearest_moment(zone.local_at(utc(vector.utc))), utc(vector.utc));
        }
    }
}

// Python's zoneinfo: whether the offset is another one with fold=1, and the moment with fold=0.
const std::vector<LocalVector> zoneinfo_local_vectors = {
    {"Europe/Berlin", "2024-07-01T12:00:00.000001", Local::unique, "2024-07-01T10:00:00.000001"},
    {"Europe/Berlin", "2024-03-31T01:59:59.999999", Local::unique, "2024-03-31T00:59:59.999999"},
    {"Europe/Berlin", "2024-03-31T02:00:00", Local::nonexistent, "2024-03-31T01:00:00"},
    {"Europe/Berlin", "2024-03-31T02:59:59.9", Local::nonexistent, "2024-03-31T01:59:59.9"},
    {"Europe/Berlin", "2024-03-31T03:00:00", Local::unique, "2024-03-31T01:00:00"},
    {"Europe/Berlin", "2024-10-27T01:59:59", Local::unique, "2024-10-26T23:59:59"},
    {"Europe/Berlin", "2024-10-27T02:00:00", Local::ambiguous, "2024-10-27T00:00:00"},
    {"Europe/Berlin", "2024-10-27T02:59:59", Local::ambiguous, "2024-10-27T00:59:59"},
    {"Europe/Berlin", "2024-10-27T03:00:00", Local::unique, "2024-10-27T02:00:00"},
    {"Europe/Berlin", "2050-03-27T02:30:00", Local::nonexistent, "2050-03-27T01:30:00"},
    {"Europe/Berlin", "2050-10-30T02:30:00", Local::ambiguous, "2050-10-30T00:30:00"},
    {"Europe/Berlin", "1893-04-01T00:03:00", Local::nonexistent, "1893-03-31T23:09:32"},
    {"Europe/Berlin", "9999-03-28T02:30:00", Local::nonexistent, "9999-03-28T01:30:00"},
    {"Europe/Berlin", "9999-10-31T02:30:00", Local::ambiguous, "9999-10-31T00:30:00"},
    {"Europe/Berlin", "2438-01-01T00:00:00", Local::unique, "2437-12-31T23:00:00"},
    {"Europe/Dublin", "2024-10-27T01:30:00", Local::ambiguous, "2024-10-27T00:30:00"},
    {"Europe/Dublin", "2050-10-30T01:30:00", Local::ambiguous, "2050-10-30T00:30:00"},
    {"Pacific/Apia", "2011-12-30T12:00:00", Local::nonexistent, "2011-12-30T22:00:00"},
    {"Australia/Lord_Howe", "2024-04-07T01:45:00", Local::ambiguous, "2024-04-06T14:45:00"},
    {"Australia/Lord_Howe", "2050-04-03T01:45:00", Local::ambiguous, "2050-04-02T14:45:00"},
    {"Africa/Casablanca", "2024-03-10T02:30:00", Local::ambiguous, "2024-03-10T01:30:00"},
    {"Asia/Kolkata", "2024-03-31T02:30:00", Local::unique, "2024-03-30T21:00:00"},
    {"America/New_York", "0001-01-01T00:00:00", Local::unique, "0001-01-01T04:56:02"},
    {"UTC", "9999-12-31T23:59:59", Local::unique, "9999-12-31T23:59:59"},
};

TEST(TimeZone, WithZoneinfosRulesHasAMomentForEveryReading) {
    for (const auto& vector : zoneinfo_local_vectors) {
        SCOPED_TRACE(vector.local);
        const auto zone = TimeZone::find(vector.zone, TimeZone::Rules::zoneinfo).value();
        Timestamp moment;
        EXPECT_EQ(zone.to_utc(local(vector.local), moment), vector.kind);
        EXPECT_EQ(zone.make_aware(local(vector.local)), utc(vector.utc));
        if (vector.kind != Local::nonexistent) {
            EXPECT_EQ(zone.nearest_moment(local(vector.local)), utc(vector.utc));
        }
    }
}

TEST(TimeZone, WithPytzsRulesHasAMomentForWhatTheClockShowsOnce) {
    for (const auto& vector : local_vectors) {
        SCOPED_TRACE(vector.local);
        const auto moment = TimeZone::find(vector.zone).value().make_aware(local(vector.local));
        ASSERT_EQ(moment.has_value(), vector.kind == Local::unique);
        EXPECT_EQ(moment.value_or(Timestamp{}), moment ? utc(vector.utc) : Timestamp{});
    }
}

// The recorded sites: ?created_after=0001-01-01 is before the year 1 in UTC, and no error of the
// form.
TEST(TimeZone, WithZoneinfosRulesGoesBeyondTheCalendar) {
    Timestamp moment;
    const auto kolkata = TimeZone::find("Asia/Kolkata", TimeZone::Rules::zoneinfo).value();
    EXPECT_EQ(kolkata.to_utc(local("0001-01-01T00:00"), moment), Local::unique);
    EXPECT_LT(moment, utc("0001-01-01T00:00"));
    const auto new_york = TimeZone::find("America/New_York", TimeZone::Rules::zoneinfo).value();
    EXPECT_EQ(new_york.to_utc(local("9999-12-31T23:59:59"), moment), Local::unique);
    EXPECT_GT(moment, utc("9999-12-31T23:59:59"));
}

TEST(TimeZone, HasANearestMomentForEveryReading) {
    const struct {
        std::string_view zone;
        std::string_view local;
        std::string_view utc;
    } cases[] = {
        {"America/New_York", "2026-03-08T01:59:59.999999", "2026-03-08T06:59:59.999999"},
        {"America/New_York", "2026-03-08T02:00:00", "2026-03-08T07:00:00"},
        {"America/New_York", "2026-03-08T02:59:59.999999", "2026-03-08T07:00:00"},
        {"America/New_York", "2026-03-08T03:00:00", "2026-03-08T07:00:00"},
        {"America/New_York", "2026-03-08T03:00:00.000001", "2026-03-08T07:00:00.000001"},
        {"America/New_York", "2026-11-01T00:59:59", "2026-11-01T04:59:59"},
        {"America/New_York", "2026-11-01T01:00:00", "2026-11-01T06:00:00"},
        {"America/New_York", "2026-11-01T01:59:59", "2026-11-01T06:59:59"},
        {"America/New_York", "2026-11-01T02:00:00", "2026-11-01T07:00:00"},
        {"Australia/Lord_Howe", "2024-04-07T01:45:00", "2024-04-06T15:15:00"},
        {"Australia/Lord_Howe", "2024-10-06T02:15:00", "2024-10-05T15:30:00"},
        {"Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T10:00:00"},
        {"America/New_York", "0001-01-01T00:00:00", "0001-01-01T04:56:02"},
        {"Europe/Berlin", "9999-03-28T02:30:00", "9999-03-28T01:00:00"},
    };
    for (const auto& row : cases) {
        const auto zone = TimeZone::find(row.zone, TimeZone::Rules::system).value();
        EXPECT_EQ(zone.nearest_moment(local(row.local)), utc(row.utc)) << row.local;
    }
}

TEST(TimeZone, IsUtcUnderEachOfItsNames) {
    for (const char* name : {"UTC", "Etc/UTC", "GMT", "Etc/GMT", "Etc/GMT-0", "Zulu"}) {
        EXPECT_TRUE(TimeZone::find(name)->is_utc()) << name;
        EXPECT_EQ(TimeZone::find(name)->name(), name);
    }
    EXPECT_EQ(TimeZone::find("GMT")->abbreviation_at({}), "GMT");
    EXPECT_FALSE(TimeZone::find("Europe/London")->is_utc());
    EXPECT_FALSE(TimeZone::find("Etc/GMT+1")->is_utc());
}
