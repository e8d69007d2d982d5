// SPDX-License-Identifier: MIT
#include "sql/sql_timestamp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace {

using drf_messages::Timestamp;
using drf_messages::sql::format_timestamp;
using drf_messages::sql::nearest_timestamp;
using drf_messages::sql::parse_timestamp;
using drf_messages::sql::TimestampBuffer;
using drf_messages::sql::WallClock;
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
        {"2024-03-01", leap_night + seconds(1)}, // which Django takes for null
        {"1969-12-31 23:59:59.999999", Timestamp(microseconds(-1))},
    };
    for (const auto& row : cases) {
        EXPECT_EQ(parse_timestamp(row.text), row.moment) << row.text;
    }
}

TEST(SqlTimestamp, IsReadAlikeWhetherItIsInTheUsualForm) {
    for (const std::string usual : {"2024-02-29 23:59:59", "2024-02-29 23:59:59.120456"}) {
        for (std::size_t place = 0; place < usual.size(); ++place) {
            for (int byte = 0; byte < 0x100; ++byte) {
                std::string text = usual;
                text[place] = static_cast<char>(byte);
                if (byte != '\n') {
                    // which no usual text ends with
                    ASSERT_EQ(parse_timestamp(text), parse_timestamp(text + "\n")) << text;
                }
            }
        }
    }
}

TEST(SqlTimestamp, RefusesWhateverDjangoRefuses) {
    const char* const cases[] = {
        "",
        "never",
        "2023-02-29",
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

TEST(SqlTimestamp, OfATextThatIsNoTimeIsTheOneBesideWhichItIsSorted) {
    const std::pair<const char*, const char*> cases[] = {
        {"", "0001-01-01 00:00:00"},
        {"-infinity", "0001-01-01 00:00:00"},
        {"0000-00-00 00:00:00", "0001-01-01 00:00:00"},
        {"2024-00-00 00:00:00", "2024-01-01 00:00:00"},
        {"2024-02-30 10:00:00", "2024-03-01 00:00:00"},
        {"2024-13-45 10:00:00", "2025-01-01 00:00:00"},
        {"2024-02-28 23:59:60", "2024-02-29 00:00:00"},
        {"20240228", "2025-01-01 00:00:00"},
        {"10000-01-01 00:00:00", "9999-12-31 23:59:59.999999"},
        {"0044-03-15 12:00:00 BC", "0001-01-01 00:00:00"},
        {"soon BC", "9999-12-31 23:59:59.999999"},
        {"99999", "9999-12-31 23:59:59.999999"},
        {"infinity", "9999-12-31 23:59:59.999999"},
        {"yesterday", "9999-12-31 23:59:59.999999"},
        {"\xff", "9999-12-31 23:59:59.999999"},
    };
    for (const auto& [text, nearest] : cases) {
        EXPECT_EQ(formatted(nearest_timestamp(text)), nearest) << text;
    }
}

/// Five hours behind UTC until 07:00 UTC, four from then on.
class LeapNightClock final : public WallClock {
public:
    Timestamp reading_at(Timestamp moment) const override {
        return moment - (moment < set_forward ? hours(5) : hours(4));
    }
    Timestamp moment_of(Timestamp reading) const override {
        return std::max(reading + hours(4), std::min(reading + hours(5), Timestamp(set_forward)));
    }

private:
    using hours = std::chrono::hours;
    Timestamp set_forward = leap_night + seconds(1) + hours(7);
};

TEST(SqlTimestamp, IsAReadingOfTheColumnsClock) {
    const LeapNightClock clock;
    const auto in_column = [&](Timestamp moment) {
        TimestampBuffer buffer;
        return std::string(format_timestamp(moment, buffer, &clock));
    };
    EXPECT_EQ(in_column(leap_night), "2024-02-29 18:59:59");
    EXPECT_EQ(parse_timestamp("2024-02-29 18:59:59", &clock), leap_night);
    EXPECT_EQ(in_column(leap_night + std::chrono::hours(8)), "2024-03-01 03:59:59");
    EXPECT_EQ(parse_timestamp("2024-03-01T03:59:59", &clock), leap_night + std::chrono::hours(8));
    EXPECT_EQ(
        parse_timestamp("2024-03-01 03:59:59+01:00", &clock), leap_night + std::chrono::hours(3)
    ) << "an offset says what is meant";
    EXPECT_EQ(in_column(Timestamp::max()), "9999-12-31 23:59:59.999999");
    EXPECT_EQ(in_column(Timestamp::min()), "0001-01-01 00:00:00");
}

TEST(SqlTimestamp, IsNotReadWhereTheClockSkipsItsReading) {
    const LeapNightClock clock;
    const Timestamp end_of_gap = leap_night + seconds(1) + std::chrono::hours(7);
    EXPECT_EQ(parse_timestamp("2024-03-01 02:00:00", &clock), std::nullopt);
    EXPECT_EQ(parse_timestamp("2024-03-01 02:30:00", &clock), std::nullopt);
    EXPECT_EQ(parse_timestamp("2024-03-01 03:00:00", &clock), end_of_gap);
    EXPECT_EQ(nearest_timestamp("2024-03-01 02:30:00", &clock), end_of_gap);
}

} // namespace
