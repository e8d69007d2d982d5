// SPDX-License-Identifier: MIT
#include "text/posix_time_zone.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace drf_messages::text {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// "2038-03-14 07:00:00 EDT -14400" for each period that begins in 2038.
std::vector<std::string> changes(std::string_view text) {
    std::vector<std::string> all;
    for (const ZonePeriod& period :
         PosixTimeZone::parse(text).value().periods_of(std::chrono::year{2038})) {
        const auto day = std::chrono::floor<std::chrono::days>(period.begin);
        const std::chrono::year_month_day date{day};
        const std::chrono::hh_mm_ss time{period.begin - day};
        std::string line = std::to_string(static_cast<int>(date.year()));
        for (const auto number :
             {static_cast<long>(static_cast<unsigned>(date.month())),
              static_cast<long>(static_cast<unsigned>(date.day())),
              static_cast<long>(time.hours().count()),
              static_cast<long>(time.minutes().count())}) {
            line += "-" + std::to_string(number);
        }
        all.push_back(
            line + " " + period.abbreviation + " " + std::to_string(period.offset.count())
        );
    }
    return all;
}

// The last lines of files of the tz database, and other forms that POSIX has.
TEST(PosixTimeZone, ChangesOnTheDaysThatItNames) {
    EXPECT_THAT(
        changes("EST5EDT,M3.2.0,M11.1.0"),
        ElementsAre("2038-3-14-7-0 EDT -14400", "2038-11-7-6-0 EST -18000")
    );
    EXPECT_THAT(
        changes("CET-1CEST,M3.5.0,M10.5.0/3"),
        ElementsAre("2038-3-28-1-0 CEST 7200", "2038-10-31-1-0 CET 3600")
    );
    EXPECT_THAT(
        changes("IST-1GMT0,M10.5.0,M3.5.0/1"),
        ElementsAre("2038-3-28-1-0 IST 3600", "2038-10-31-1-0 GMT 0")
    );
    EXPECT_THAT(
        changes("<-02>2<-01>,M3.5.0/-1,M10.5.0/0"),
        ElementsAre("2038-3-28-1-0 -01 -3600", "2038-10-31-1-0 -02 -7200")
    );
    EXPECT_THAT(
        changes("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"),
        ElementsAre("2038-4-3-15-0 +1030 37800", "2038-10-2-15-30 +11 39600")
    );
    EXPECT_THAT(
        changes("EET-2EEST,M3.4.4/50,M10.4.4/50"),
        ElementsAre("2038-3-27-0-0 EEST 10800", "2038-10-29-23-0 EET 7200")
    );
    EXPECT_THAT(
        changes("AAA3BBB,J60/0,59/2"),
        ElementsAre("2038-3-1-3-0 BBB -7200", "2038-3-1-4-0 AAA -10800")
    );
    EXPECT_THAT(changes("JST-9"), IsEmpty());
    EXPECT_THAT(changes("<+0545>-5:45"), IsEmpty());
}

TEST(PosixTimeZone, IsNotReadFromOtherTexts) {
    for (const char* text :
         {"",
          "EST",
          "E5",
          "5",
          "<+03-3",
          "EST5EDT",
          "EST5EDT,M3.2.0",
          "EST5EDT,M13.2.0,M11.1.0",
          "EST5EDT,M3.6.0,M11.1.0",
          "EST5EDT,M3.0.0,M11.1.0",
          "EST5EDT,M3.2.7,M11.1.0",
          "EST5EDT,J0,J365",
          "EST5EDT,366,1",
          "EST168EDT,M3.2.0,M11.1.0",
          "EST5:60EDT,M3.2.0,M11.1.0",
          "EST5EDT,M3.2.0/,M11.1.0",
          "EST5EDT,M3.2.0,M11.1.0 ",
          "99999999999999999999999"}) {
        EXPECT_FALSE(PosixTimeZone::parse(text)) << text;
    }
}

} // namespace
} // namespace drf_messages::text
