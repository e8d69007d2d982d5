// SPDX-License-Identifier: MIT
#include "api/wire/datetime_field.hpp"
#include "unit/api/in_english.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace drf_messages::api {
namespace {

constexpr std::string_view invalid_text = "Enter a valid date/time.";

/// By the forms that Django 3.2 has for no language.
std::string cleaned(std::string_view text, std::string_view zone = "UTC", bool use_tz = true) {
    const auto time_zone = *text::TimeZone::find(zone);
    const auto moment = clean_moment(text, english_moments(time_zone, use_tz));
    return moment.value ? text::format_python_utc(*moment.value) : in_english(moment.error);
}

// What MessageFilterSet of Django 3.2.25 makes of ?created_after=.
TEST(DateTimeField, ReadsEveryInputFormat) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"2024-01-02", "2024-01-02 00:00:00+00:00"},
        {" 2024-01-02\n", "2024-01-02 00:00:00+00:00"},
        {"2024-1-2 3:4:5", "2024-01-02 03:04:05+00:00"},
        {"2024-01-02  03:00", "2024-01-02 03:00:00+00:00"},
        {"2024-01-02 03:00:00.1234567", "2024-01-02 03:00:00.123456+00:00"},
        {"2024-01-02T05:30:00+05:30", "2024-01-02 00:00:00+00:00"},
        {"01/02/2024 03:00:00.1", "2024-01-02 03:00:00.100000+00:00"},
        {"1/2/24 1:05", "2024-01-02 01:05:00+00:00"},
        {"01/02/69", "1969-01-02 00:00:00+00:00"},
        {"01/02/68", "2068-01-02 00:00:00+00:00"},
        {"1/ 2/2024", "2024-01-02 00:00:00+00:00"},
        {"Jan 2 2024", "2024-01-02 00:00:00+00:00"},
        {"jAN 2, 2024", "2024-01-02 00:00:00+00:00"},
        {"2 Jan 2024", "2024-01-02 00:00:00+00:00"},
        {"2 Jan, 2024", "2024-01-02 00:00:00+00:00"},
        {"September 2 2024", "2024-09-02 00:00:00+00:00"},
        {"May 31, 2024", "2024-05-31 00:00:00+00:00"},
        {"2 January 2024", "2024-01-02 00:00:00+00:00"},
        {"02 March, 2024", "2024-03-02 00:00:00+00:00"},
        {"1/1\xEF\xBC\x92/2024", "2024-01-12 00:00:00+00:00"},
        {"1/12/\xEF\xBC\x92\xEF\xBC\x94", "2024-01-12 00:00:00+00:00"},
        {"1/12/2024 \xEF\xBC\x92:\xEF\xBC\x92", "2024-01-12 02:02:00+00:00"},
        {"1/12/2024\xC2\xA0"
         "3:00",
         "2024-01-12 03:00:00+00:00"},
    };
    for (const auto& [text, moment] : cases) {
        EXPECT_EQ(cleaned(text), moment) << text;
    }
}

TEST(DateTimeField, RefusesOtherTexts) {
    for (const auto* text :
         {"yesterday",
          "",
          " ",
          "2024",
          "20240102",
          "02.01.2024",
          "2024-02-30",
          "0000-01-01",
          "10000-01-01",
          "2024-01-02T03",
          "2024-01-02T24:00",
          "2024-01-02 00:00:60",
          "2024-01-02 00:00:61",
          "2024-01-02T00:00:00z",
          "2024-01-02T05:30:00 05:30",
          "01/02/2024 03:00:00.1234567",
          "1/123/2024",
          "1/12/20245",
          "12/1/245",
          "\xEF\xBC\x90\xEF\xBC\x91/02/2024",
          "1/12/2024 1:1:1.\xEF\xBC\x92",
          "Jan2 2024",
          "Janu 2 2024",
          "2024-01-02\xE2\x80\x8B"}) {
        EXPECT_EQ(cleaned(text), invalid_text) << text;
    }
}

TEST(DateTimeField, RefusesAWallClockReadingThatDoesNotExistOnce) {
    constexpr std::string_view why =
        " couldn’t be interpreted in time zone Europe/Berlin; it may be ambiguous or it may not "
        "exist.";
    const std::pair<std::string_view, std::string> cases[] = {
        {"2024-03-31T02:30:00", "2024-03-31 02:30:00"},
        {"10/27/2024 02:30", "2024-10-27 02:30:00"},
        {"2024-03-31T02:31:00.5", "2024-03-31 02:31:00.500000"},
        {"0001-01-01", "0001-01-01 00:00:00"},
        {"9999-12-31", "9999-12-31 00:00:00"},
    };
    for (const auto& [text, reading] : cases) {
        EXPECT_EQ(cleaned(text, "Europe/Berlin"), reading + std::string(why)) << text;
    }
    EXPECT_EQ(cleaned("2024-03-31T03:30:00", "Europe/Berlin"), "2024-03-31 01:30:00+00:00");
    EXPECT_EQ(cleaned("2024-03-31T02:30:00+01:00", "Europe/Berlin"), "2024-03-31 01:30:00+00:00");
    EXPECT_EQ(cleaned("9999-12-30", "Europe/Berlin"), "9999-12-29 23:00:00+00:00");
}

TEST(DateTimeField, TakesEveryReadingOfTheClockWithoutUseTz) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"2024-03-31T01:30:00", "2024-03-31 00:30:00+00:00"},
        {"2024-03-31T02:30:00", "2024-03-31 01:00:00+00:00"},
        {"2024-10-27 02:30", "2024-10-27 01:30:00+00:00"},
        {"2024-07-01T00:00:00Z", "2024-07-01 00:00:00+00:00"},
        {"2024-07-01T02:00:00+02:00", "2024-07-01 00:00:00+00:00"},
    };
    for (const auto& [text, moment] : cases) {
        EXPECT_EQ(cleaned(text, "Europe/Berlin", false), moment) << text;
    }
}

} // namespace
} // namespace drf_messages::api
