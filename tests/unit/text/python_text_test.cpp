// SPDX-License-Identifier: MIT
#include "text/python_text.hpp"

#include <gtest/gtest.h>

namespace drf_messages::text {
namespace {

using namespace std::string_view_literals;

// Answers of Python 3.11's int().
TEST(PythonInteger, ReadsWhatPythonReads) {
    const std::pair<std::string_view, std::optional<std::string>> cases[] = {
        {"3", "3"},
        {"+3", "3"},
        {"-3", "-3"},
        {" 3\n", "3"},
        {"\x1f"
         "3\xC2\x85",
         "3"},
        {"\xC2\xA0"
         "3\xE3\x80\x80",
         "3"},
        {"1_0", "10"},
        {"0_0", "0"},
        {"-0", "0"},
        {"007", "7"},
        {"\xEF\xBC\x92", "2"},
        {"\xD9\xA3_\xD9\xA4", "34"},
        {"\xF0\x9D\x9F\x90", "2"},
        {"99999999999999999999", "99999999999999999999"},
        {"", std::nullopt},
        {" ", std::nullopt},
        {"+", std::nullopt},
        {"--1", std::nullopt},
        {"+ 3", std::nullopt},
        {"1 0", std::nullopt},
        {"_1", std::nullopt},
        {"1_", std::nullopt},
        {"1__0", std::nullopt},
        {"0x1", std::nullopt},
        {"1.0", std::nullopt},
        {"1e3", std::nullopt},
        {"\xC2\xB2", std::nullopt},
        {"3\0"sv, std::nullopt},
        {"3\xE2\x80\x8B", std::nullopt},
        {"\xFF", std::nullopt},
    };
    for (const auto& [text, expected] : cases)
        EXPECT_EQ(parse_integer(text), expected) << testing::PrintToString(text);
}

TEST(PythonInteger, RefusesMoreThan4300Digits) {
    EXPECT_TRUE(parse_integer(std::string(4300, '1')));
    EXPECT_FALSE(parse_integer(std::string(4301, '1')));
    EXPECT_FALSE(parse_integer(std::string(4301, '0')));
}

TEST(PythonStrip, TakesWhiteSpaceOfAnyKindFromBothEnds) {
    EXPECT_EQ(strip("\x1f\u3000 a \u00a0b\u2003\n"), "a \u00a0b");
    EXPECT_EQ(strip("a"), "a");
    EXPECT_EQ(strip(" \u00a0"), "");
    EXPECT_EQ(strip(""), "");
}

TEST(PythonWords, AreBetweenWhiteSpaceOfAnyKind) {
    EXPECT_EQ(
        split_words("  disk\xC2\xA0"
                    "full\t\xE2\x80\xA8now\x1c"),
        (std::vector<std::string_view>{"disk", "full", "now"})
    );
    EXPECT_EQ(split_words("\xE2\x80\x8Bword"), std::vector<std::string_view>{"\xE2\x80\x8Bword"});
    EXPECT_TRUE(split_words(" \n ").empty());
    EXPECT_TRUE(split_words("").empty());
}

} // namespace
} // namespace drf_messages::text
