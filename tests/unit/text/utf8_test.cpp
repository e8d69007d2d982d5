// SPDX-License-Identifier: MIT
#include "text/utf8.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace drf_messages::text;

#define REPLACEMENT "\xEF\xBF\xBD"

// Python 3.11: bytes.decode("utf-8", "replace").
const std::vector<std::pair<std::string_view, std::string_view>> broken = {
    {"\xFF", REPLACEMENT},
    {"a\xE2\x82", "a" REPLACEMENT},
    {"\xF0\x80\x80"
     "A",
     REPLACEMENT REPLACEMENT REPLACEMENT "A"},
    {"\xED\xA0\x80", REPLACEMENT REPLACEMENT REPLACEMENT},
    {"\xC3(", REPLACEMENT "("},
    {"\xF4\x90\x80\x80", REPLACEMENT REPLACEMENT REPLACEMENT REPLACEMENT},
    {"\xE2\x82\xACok\xF0\x9F\x98", "\xE2\x82\xACok" REPLACEMENT},
    {"\xC0\xAF", REPLACEMENT REPLACEMENT},
};

} // namespace

TEST(Utf8, RefusesWhatPythonRefusesAndReplacesTheSameParts) {
    for (const auto& [bytes, replaced] : broken) {
        EXPECT_FALSE(is_valid_utf8(bytes));
        EXPECT_EQ(utf8_or_replacement(bytes), replaced);
    }
}

TEST(Utf8, FindsABrokenByteWhereverItStands) {
    for (std::size_t size = 0; size < 20; ++size) {
        for (std::size_t before = 0; before <= size; ++before) {
            const std::string left(before, 'a');
            const std::string right(size - before, '\x7F');
            EXPECT_FALSE(is_valid_utf8(left + '\xFF' + right));
            EXPECT_EQ(utf8_or_replacement(left + '\xFF' + right), left + REPLACEMENT + right);
            EXPECT_EQ(latin1_to_utf8(left + '\xFF' + right), left + "\xC3\xBF" + right);
        }
    }
}

TEST(Utf8, AcceptsEveryLengthUpToTheLastCodePoint) {
    const std::string_view text =
        "a\xC2\x80\xE0\xA0\x80\xED\x9F\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF";
    EXPECT_TRUE(is_valid_utf8(text));
    EXPECT_EQ(utf8_or_replacement(text), text);
    EXPECT_EQ(utf8_length(text), 6U);
}

TEST(Utf8, TurnsLatin1BytesIntoCharacters) {
    EXPECT_EQ(latin1_to_utf8("a\x80\xFF"), "a\xC2\x80\xC3\xBF");
}

TEST(Utf8, WritesCodePointsAsTheyAreReadAndNoSurrogates) {
    for (const char32_t code_point : {0x41U, 0x7FFU, 0x800U, 0xFFFFU, 0x10000U, 0x10FFFFU}) {
        std::string out;
        append_utf8(out, code_point);
        const auto read = first_utf8_character(out);
        EXPECT_TRUE(read.valid);
        EXPECT_EQ(read.code_point, code_point);
        EXPECT_EQ(read.size, out.size());
    }
    std::string out;
    append_utf8(out, 0xD800);
    EXPECT_EQ(out, REPLACEMENT);
}
