// SPDX-License-Identifier: MIT
#include "locale/date_text.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

namespace drf_messages::locale {
namespace {

using namespace std::chrono_literals;

Language language(std::string code) {
    return {std::move(code), std::make_shared<const Texts>(), nullptr};
}

std::string
shown(std::chrono::minutes time, const std::string& code, std::string_view zone = "UTC") {
    const Timestamp moment = std::chrono::sys_days(std::chrono::year(2024) / 9 / 6) + time;
    return date_time_text(moment, text::TimeZone::find(zone).value(), language(code));
}

TEST(DateTexts, NameTheHourAsDjangoDoes) {
    EXPECT_EQ(shown(0min, "en"), "Sept. 6, 2024, midnight");
    EXPECT_EQ(shown(1min, "en"), "Sept. 6, 2024, 12:01 a.m.");
    EXPECT_EQ(shown(8h, "en"), "Sept. 6, 2024, 8 a.m.");
    EXPECT_EQ(shown(12h, "en"), "Sept. 6, 2024, noon");
    EXPECT_EQ(shown(12h + 30min, "en"), "Sept. 6, 2024, 12:30 p.m.");
    EXPECT_EQ(shown(23h + 59min, "en-gb"), "Sept. 6, 2024, 11:59 p.m.");
}

TEST(DateTexts, HaveGermanMonths) {
    EXPECT_EQ(shown(8h + 5min, "de"), "6. September 2024 08:05");
    EXPECT_EQ(shown(0min, "de-at"), "6. September 2024 00:00");
    EXPECT_EQ(year_month_text(std::chrono::year(2024) / 3, language("de")), "März 2024");
    EXPECT_EQ(month_day_text(std::chrono::May / 1, language("de")), "1. Mai");
    EXPECT_EQ(year_month_text(std::chrono::year(2024) / 3, language("en")), "March 2024");
    EXPECT_EQ(month_day_text(std::chrono::May / 1, language("en")), "May 1");
}

TEST(DateTexts, GoByTheClockOfTheZone) {
    EXPECT_EQ(shown(22h, "en", "Europe/Berlin"), "Sept. 7, 2024, midnight");
    EXPECT_EQ(shown(3h, "de", "America/New_York"), "5. September 2024 23:00");
}

} // namespace
} // namespace drf_messages::locale
