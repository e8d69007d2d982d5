// SPDX-License-Identifier: MIT
#include "api/wire/number_field.hpp"
#include "unit/api/in_english.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string_view>

namespace drf_messages::api {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view not_a_number = "Enter a number.";
constexpr std::string_view too_large = "Ensure this value is less than or equal to 1e+50.";

// What MessageFilterSet of Django 3.2.25 with django-filter 23.1 makes of ?level=, then int().
TEST(NumberField, TruncatesDecimalsOfAnyScript) {
    const std::pair<std::string_view, std::int64_t> cases[] = {
        {"20", 20},
        {" 20 ", 20},
        {"\xC2\xA0"
         "20",
         20},
        {"+20", 20},
        {"-20", -20},
        {"020", 20},
        {"20.", 20},
        {".5", 0},
        {"25.5", 25},
        {"29.999", 29},
        {"-29.999", -29},
        {"2e1", 20},
        {"2E+1", 20},
        {"200e-1", 20},
        {"2_0", 20},
        {"_1", 1},
        {"1__0_", 10},
        {"\xEF\xBC\x92\xEF\xBC\x90", 20},
        {"\xD9\xA2\xD9\xA0", 20},
        {"\xF0\x9D\x9F\x90", 2},
        {"1e-400", 0},
        {"1e-1999999999999999997", 0},
        {"0e999999999999999999", 0},
        {"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
        {"9223372036854775807.9", std::numeric_limits<std::int64_t>::max()},
        {"-9223372036854775808", std::numeric_limits<std::int64_t>::min()},
    };
    for (const auto& [text, value] : cases) {
        const auto number = clean_number(text);
        EXPECT_TRUE(number.error.empty()) << text;
        EXPECT_EQ(number.value, value) << text;
    }
}

TEST(NumberField, HasNoValueBeyond64BitsAlthoughTheNumberIsValid) {
    for (const auto* text :
         {"9223372036854775808",
          "-9223372036854775809",
          "99999999999999999999",
          "1e50",
          "100000000000000007629769841091887003294964970946560",
          "100000000000000007629769841091887003294964970946560.000",
          "-1e51",
          "-1e999999999999999999"}) {
        const auto number = clean_number(text);
        EXPECT_TRUE(number.error.empty()) << text;
        EXPECT_FALSE(number.value) << text;
    }
}

TEST(NumberField, SaysWhatIsWrong) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"abc", not_a_number},
        {" ", not_a_number},
        {".", not_a_number},
        {"+", not_a_number},
        {"--20", not_a_number},
        {"+-20", not_a_number},
        {"1 0", not_a_number},
        {"1.2.3", not_a_number},
        {"2e", not_a_number},
        {"2e 1", not_a_number},
        {"20,30", not_a_number},
        {"0x14", not_a_number},
        {"NaN", not_a_number},
        {"sNaN", not_a_number},
        {"-Infinity", not_a_number},
        {"\0"sv, not_a_number},
        {"1\0"sv, not_a_number},
        {"\xC2\xB2", not_a_number},
        {"\xEF\xBF\xBD", not_a_number},
        {"1e1000000000000000000", not_a_number},
        {"1e99999999999999999999999", not_a_number},
        {"0e1000000000000000000", not_a_number},
        {"1e-1999999999999999998", not_a_number},
        {"0e-1999999999999999998", not_a_number},
        {"1e51", too_large},
        {"1e999999999999999999", too_large},
        {"100000000000000007629769841091887003294964970946561", too_large},
        {"100000000000000007629769841091887003294964970946560.001", too_large},
    };
    for (const auto& [text, error] : cases) {
        EXPECT_EQ(in_english(clean_number(text).error), error) << testing::PrintToString(text);
    }
}

} // namespace
} // namespace drf_messages::api
