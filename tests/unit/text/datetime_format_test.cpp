// SPDX-License-Identifier: MIT
#include "text/datetime.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using drf_messages::Timestamp;
using namespace drf_messages::text;

Timestamp moment(std::string_view iso) {
    const auto parsed = parse_iso_datetime(iso);
    return Timestamp{parsed.value().local.time_since_epoch()};
}

TimeZone zone(std::string_view name) {
    return TimeZone::find(name).value();
}

struct StrftimeVector {
    std::string_view zone;
    std::string_view utc;
    std::string_view format;
    std::string_view text;
};

constexpr std::string_view every_directive = "%% %%z %j %a %A %b %B %p %I %y %U %W %G %V %u %w %C "
                                             "%e %h %k %l %n%t %D %F %R %T %r";

// Python 3.11 on glibc, pytz with the system's zones: the moment in the zone, .strftime(format).
const std::vector<StrftimeVector> strftime_vectors = {
    {"Europe/Berlin", "2024-01-02T08:30:00.123456", "%Y-%m-%d", "2024-01-02"},
    {"Europe/Berlin",
     "2024-01-02T08:30:00.123456",
     "%d.%m.%Y %H:%M:%S.%f %z %Z",
     "02.01.2024 09:30:00.123456 +0100 CET"},
    {"Europe/Berlin",
     "2024-01-02T08:30:00.123456",
     every_directive,
     "% %z 002 Tue Tuesday Jan January AM 09 24 00 01 2024 01 2 2 20  2 Jan  9  9 \n\t 01/02/24 "
     "2024-01-02 09:30 09:30:00 09:30:00 AM"},
    {"Europe/Berlin",
     "2024-01-02T08:30:00.123456",
     "%c|%x|%X",
     "Tue Jan  2 09:30:00 2024|01/02/24|09:30:00"},
    {"Europe/Berlin", "2024-01-02T08:30:00.123456", "%Q %J %", "%Q %J %"},
    {"Europe/Berlin",
     "2024-01-02T08:30:00.123456",
     "%-d %_H %^a %5Y %E %Ey %Od",
     "2  9 TUE 02024 %E 24 02"},
    {"Europe/Berlin", "2024-01-02T08:30:00.123456", "", ""},
    {"Europe/Berlin",
     "2024-01-02T08:30:00.123456",
     "Uhrzeit: %H Uhr \xC3\xBC",
     "Uhrzeit: 09 Uhr \xC3\xBC"},
    {"America/St_Johns",
     "2024-07-01T00:00:05",
     "%d.%m.%Y %H:%M:%S.%f %z %Z",
     "30.06.2024 21:30:05.000000 -0230 NDT"},
    {"America/St_Johns",
     "2024-07-01T00:00:05",
     every_directive,
     "% %z 182 Sun Sunday Jun June PM 09 24 26 26 2024 26 7 0 20 30 Jun 21  9 \n\t 06/30/24 "
     "2024-06-30 21:30 21:30:05 09:30:05 PM"},
    {"UTC", "0999-12-31T23:59:59.000001", "%Y %z %Z %f", "999 +0000 UTC 000001"},
    {"UTC", "0999-12-31T23:59:59.000001", "%G %C %F", "1000 9 999-12-31"},
    {"UTC", "2024-01-01T00:00", "%s", "1704067200"},
    {"Asia/Kolkata", "2023-01-01T20:00", "%c %z", "Mon Jan  2 01:30:00 2023 +0530"},
};

} // namespace

TEST(Iso8601, WritesZForUtcAndMicrosecondsOnlyWhenThereAreAny) {
    EXPECT_EQ(
        format_iso8601(moment("2024-01-02T08:30:00.123456"), TimeZone::utc()),
        "2024-01-02T08:30:00.123456Z"
    );
    EXPECT_EQ(format_iso8601(moment("2024-01-02T08:30"), TimeZone::utc()), "2024-01-02T08:30:00Z");
    EXPECT_EQ(
        format_iso8601(moment("0001-01-01T00:00:00.000010"), TimeZone::utc()),
        "0001-01-01T00:00:00.000010Z"
    );
    EXPECT_EQ(
        format_iso8601(moment("9999-12-31T23:59:59.999999"), TimeZone::utc()),
        "9999-12-31T23:59:59.999999Z"
    );
}

TEST(Iso8601, WritesTheLocalTimeWithItsOffset) {
    EXPECT_EQ(
        format_iso8601(moment("2024-01-02T08:30"), zone("Europe/Berlin")),
        "2024-01-02T09:30:00+01:00"
    );
    EXPECT_EQ(
        format_iso8601(moment("2024-07-01T00:00"), zone("America/St_Johns")),
        "2024-06-30T21:30:00-02:30"
    );
    EXPECT_EQ(
        format_iso8601(moment("2024-01-02T08:30"), zone("Europe/London")), "2024-01-02T08:30:00Z"
    );
    EXPECT_EQ(
        format_iso8601(moment("2024-07-02T08:30"), zone("Europe/London")),
        "2024-07-02T09:30:00+01:00"
    );
}

TEST(Iso8601, WritesUtcWhereTheLocalTimeHasNoYearOfFourDigits) {
    const auto last = moment("9999-12-31T23:30");
    EXPECT_EQ(format_iso8601(last, zone("Europe/Berlin")), "9999-12-31T23:30:00Z");
    EXPECT_EQ(format_iso8601(last, zone("America/New_York")), "9999-12-31T18:30:00-05:00");
    EXPECT_EQ(
        format_iso8601(moment("0001-01-01T00:30"), zone("America/New_York")), "0001-01-01T00:30:00Z"
    );
    EXPECT_EQ(format_strftime("%Y %H %z", last, zone("Europe/Berlin")), "9999 23 +0000");
}

TEST(Iso8601, IsWrittenIntoABufferToo) {
    Iso8601Buffer buffer;
    EXPECT_EQ(
        format_iso8601(moment("2024-01-02T08:30:00.000001"), zone("Europe/Berlin"), buffer),
        "2024-01-02T09:30:00.000001+01:00"
    );
}

TEST(PythonTime, IsWrittenAsStrDoes) {
    EXPECT_EQ(format_python_utc(moment("2024-01-01T00:00")), "2024-01-01 00:00:00+00:00");
    EXPECT_EQ(
        format_python_utc(moment("2024-01-01T00:00:00.5")), "2024-01-01 00:00:00.500000+00:00"
    );
}

TEST(Strftime, WritesWhatPythonWrites) {
    for (const auto& vector : strftime_vectors) {
        SCOPED_TRACE(vector.format);
        EXPECT_EQ(
            format_strftime(vector.format, moment(vector.utc), zone(vector.zone)), vector.text
        );
    }
}

TEST(Strftime, WritesResultsFarLongerThanTheFormat) {
    const auto year = format_strftime("%2000Y", moment("2024-01-01T00:00"), TimeZone::utc());
    EXPECT_EQ(year, std::string(1996, '0') + "2024");
}

TEST(NaiveTime, SaysNothingOfItsOffset) {
    const auto tokyo = TimeZone::find("Asia/Tokyo", TimeZone::Rules::system).value();
    const auto noon = moment("2024-01-02T03:00:00.5");
    EXPECT_EQ(format_iso8601(noon, tokyo, Offset::absent), "2024-01-02T12:00:00.500000");
    EXPECT_EQ(format_iso8601(noon, TimeZone::utc(), Offset::absent), "2024-01-02T03:00:00.500000");
    EXPECT_EQ(format_strftime("%H:%M|%z|%Z", noon, tokyo, Offset::absent), "12:00||");
    EXPECT_EQ(format_strftime("%z%Z", noon, tokyo, Offset::absent), "");
}

// psycopg2 reads infinity as datetime.max, whatever the zone.
TEST(NaiveTime, HasTheSameEndsInEveryZone) {
    for (const char* name : {"Asia/Tokyo", "America/New_York", "UTC"}) {
        const auto zone = TimeZone::find(name, TimeZone::Rules::system).value();
        EXPECT_EQ(
            format_iso8601(moment("9999-12-31T23:59:59.999999"), zone, Offset::absent),
            "9999-12-31T23:59:59.999999"
        ) << name;
        EXPECT_EQ(
            format_iso8601(moment("0001-01-01T00:00"), zone, Offset::absent), "0001-01-01T00:00:00"
        ) << name;
    }
}

TEST(Iso8601, WritesTheEndOfTimeForWhatIsBeyondIt) {
    EXPECT_EQ(format_iso8601(Timestamp::max(), TimeZone::utc()), "9999-12-31T23:59:59.999999Z");
    EXPECT_EQ(format_iso8601(Timestamp::min(), zone("Asia/Tokyo")), "0001-01-01T00:00:00Z");
    EXPECT_EQ(
        format_python_utc(moment("9999-12-31T23:59:59") + std::chrono::hours(5)),
        "9999-12-31 23:59:59.999999+00:00"
    );
}
