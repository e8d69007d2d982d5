// SPDX-License-Identifier: MIT
#include "text/percent.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

using namespace drf_messages::text;
using namespace std::string_view_literals;

TEST(Percent, DecodesEscapesAndLeavesBrokenOnes) {
    EXPECT_EQ(percent_decode("a%20b%2fc%2F%00", false), "a b/c/\0"sv);
    EXPECT_EQ(percent_decode("%", false), "%");
    EXPECT_EQ(percent_decode("%4", false), "%4");
    EXPECT_EQ(percent_decode("%zz%4g%%41", false), "%zz%4g%A");
}

TEST(Percent, TakesPlusForASpaceInFormsOnly) {
    EXPECT_EQ(percent_decode("a+b%2B", true), "a b+");
    EXPECT_EQ(percent_decode("a+b%2B", false), "a+b+");
}

// Python 3.11: urllib.parse.quote and quote_plus.
TEST(Percent, EncodesAsPythonsQuote) {
    EXPECT_EQ(percent_encode("a b/\xC3\xA9_.-~+%"), "a%20b/%C3%A9_.-~%2B%25");
    EXPECT_EQ(percent_encode("/a?b=c", ""), "%2Fa%3Fb%3Dc");
    EXPECT_EQ(percent_encode_plus("a b/\xC3\xA9_.-~+%"), "a+b%2F%C3%A9_.-~%2B%25");
}
