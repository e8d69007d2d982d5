// SPDX-License-Identifier: MIT
#include "sql/sql_timestamp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace {

using drf_messages::Timestamp;
using drf_messages::sql::format_timestamp;
using drf_messages::sql::parse_timestamp;
using drf_messages::sql::TimestampBuffer;
using std::chrono::microseconds;
using std::chrono::seconds;

std::string formatted(Timestamp moment) {
    TimestampBuffer buffer;
    return std::string(format_timestamp(moment, buffer));
}

constexpr Timestamp leap_night{seconds(1709251199)};

TEST(SqlTimestamp, ShowsMicrosecondsOnlyWhenTheyAreNotZero) {
    EXPECT_EQ(formatted(leap_night), "2024-02-29 23:59:59");
    EXPECT_EQ(formatted(leap_night + microseconds(999'999)), "2024-02-29 23:59:59.999999");
    EXPECT_EQ(formatted(leap_night + microseconds(500'000)), "2024-02-29 23:59:59.500000");
    EXPECT_EQ(formatted(leap_night + microseconds(1)), "2024-02-29 23:59:59.000001");
}

TEST(SqlTimestamp, CountsBackwardsBefore1970) {
    EXPECT_EQ(formatted(Timestamp(microseconds(-1))), "1969-12-31 23:59:59.999999");
}

TEST(SqlTimestamp, StaysInTheYearsThatAColumnCanHold) {
    EXPECT_EQ(formatted(Timestamp::max()), "9999-12-31 23:59:59.999999");
    EXPECT_EQ(formatted(Timestamp::min()), "0001-01-01 00:00:00");
}

TEST(SqlTimestamp, SortsAsTextAsTheMomentsDo) {
    EXPECT_LT(formatted(leap_night), formatted(leap_night + microseconds(1)));
    EXPECT_LT(formatted(leap_night + microseconds(999'999)), formatted(leap_night + seconds(1)));
}

// Compared with django.utils.dateparse.parse_datetime of Django 3.2.25.
TEST(SqlTimestamp, ReadsWhateverDjangoReads) {
    const struct {
        const char* text;
        Timestamp moment;
    } cases[] = {
        {"2024-02-29 23:59:59", leap_night},
        {"2024-02-29T23:59:59", leap_night},
        {"2024-02-29 23:59:59Z", leap_night},
        {"2024-02-29 23:59:59\n", leap_night},
        {"2024-02-29 23:59:59+00:00", leap_night},
        {"2024-03-01 05:29:59+0530", leap_night},
        {"2024-03-01 00:59:59+01", leap_night},
        {"2024-02-29 18:29:59-05:30", leap_night},
        {"2024-2-29 23:59:59.5", leap_night + microseconds(500'000)},
        {"2024-02-29 23:59:59,000001", leap_night + microseconds(1)},
        {"2024-02-29 23:59:59.123456789", leap_night + microseconds(123'456)},
        {"2024-02-29 23:59:59.1Z", leap_night + microseconds(100'000)},
        {"2024-02-29 23:59", leap_night - seconds(59)},
        {"2024-3-1 0:0:0", leap_night + seconds(1)},
        {"1969-12-31 23:59:59.999999", Timestamp(microseconds(-1))},
    };
    for (const auto& row : cases) {
        EXPECT_EQ(parse_timestamp(row.text), row.moment) << row.text;
    }
}

TEST(SqlTimestamp, RefusesWhateverDjangoRefuses) {
    const char* const cases[] = {
        "",
        "never",
        "2024-02-29",
        "2023-02-29 00:00:00",
        "2024-13-01 00:00:00",
        "2024-00-01 00:00:00",
        "0000-01-01 00:00:00",
        "24-01-01 00:00:00",
        "2024-01-01  00:00:00",
        "2024-01-01 24:00:00",
        "2024-01-01 00:60:00",
        "2024-01-01 00:00:60",
        "2024-01-01 00:00:00.",
        "2024-01-01 00:00:00.1234567890123",
        "2024-01-01 00:00:00+",
        "2024-01-01 00:00:00+1",
        "2024-01-01 00:00:00+01:",
        "2024-01-01 00:00:00+24:00",
        "2024-01-01 00:00:00 UTC",
        "2024-01-01 00:00:00ZZ",
        "1709251199",
    };
    for (const char* text : cases) {
        EXPECT_EQ(parse_timestamp(text), std::nullopt) << text;
    }
}

} // namespace
