// SPDX-License-Identifier: MIT
#include "text/unicode.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace drf_messages::text {
namespace {

TEST(Unicode, KnowsWhatPythonTakesForALetterOrANumber) {
    for (const char32_t good :
         U"aZ09_\u00e4\u00df\u0430\u4e2d\u0667\u00bd\u2167\u3007\U0001d49c\u02b0") {
        EXPECT_TRUE(good == 0 || is_word_character(good)) << static_cast<unsigned>(good);
    }
    for (const char32_t bad : U"-. @+\u00a0\u0085\u202e\u200b\u0301\u20ac\U0001f600\ue000\ufdd0") {
        EXPECT_FALSE(is_word_character(bad)) << static_cast<unsigned>(bad);
    }
}

TEST(Unicode, KnowsControlAndFormatCharacters) {
    for (const char32_t other : U"\u0001\u007f\u009f\u00ad\u200b\u202e\ufeff\ue000\uffff") {
        EXPECT_TRUE(is_other_character(other)) << static_cast<unsigned>(other);
    }
    EXPECT_FALSE(is_other_character(U'/'));
    EXPECT_FALSE(is_other_character(U' '));
}

TEST(Unicode, NormalizesAsUserNamesAre) {
    EXPECT_EQ(nfkc("ann"), "ann");
    EXPECT_EQ(nfkc("Ju\u0308rgen"), "J\u00fcrgen");
    EXPECT_EQ(nfkc("\ufb01n\u2460\uff21"), "fin1A");
    EXPECT_EQ(nfkc(std::string_view("a\0\ufb01", 5)), std::string_view("a\0fi", 4));
    EXPECT_EQ(nfkc("\xff"), "\xff");
    EXPECT_EQ(nfkc(""), "");
}

TEST(Unicode, FoldsCaseAndMarks) {
    EXPECT_EQ(without_case_and_marks("aNN.1@x"), "ann.1@x");
    EXPECT_EQ(without_case_and_marks("Ju\u0308rgen"), without_case_and_marks("J\u00dcRGEN"));
    EXPECT_EQ(without_case_and_marks("J\u00fcrgen"), "jurgen");
    EXPECT_EQ(without_case_and_marks("\ufb01"), "fi");
    EXPECT_EQ(without_case_and_marks("a\u00adn\u200bn"), "ann");
    EXPECT_NE(without_case_and_marks("ann"), without_case_and_marks("anna"));
    EXPECT_EQ(without_case_and_marks("A\xff"), "A\xff");
    EXPECT_EQ(without_case_and_marks(""), "");
}

} // namespace
} // namespace drf_messages::text
