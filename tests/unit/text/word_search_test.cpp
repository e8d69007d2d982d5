// SPDX-License-Identifier: MIT
// Whether words are found as SQLite's LIKE finds them: tests/unit/sqlite/word_search_test.cpp.
#include "text/word_search.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace drf_messages::text {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(WordSearch, FindsAllWordsInOneTextAfterTheOther) {
    WordSearch search({"disk", "FULL"}, Letters::in_either_case);
    EXPECT_TRUE(search.are_all_in("The disk is full"));
    EXPECT_FALSE(search.are_all_in("full"));
    EXPECT_TRUE(search.are_all_in("Full: DISK"));
}

TEST(WordSearch, TakesLettersAsTheyAreWhereItIsTold) {
    WordSearch search({"disk", "FULL"}, Letters::as_they_are);
    EXPECT_TRUE(search.are_all_in("FULL disk"));
    EXPECT_FALSE(search.are_all_in("full disk"));
    EXPECT_FALSE(search.are_all_in("FULL Disk"));
}

TEST(OutermostWords, AreInNoOther) {
    EXPECT_THAT(WordSearch::outermost({"disk", "full"}), ElementsAre("full", "disk"));
    EXPECT_THAT(WordSearch::outermost({"a", "abc", "bc", "b"}), ElementsAre("abc"));
    EXPECT_THAT(
        WordSearch::outermost({"he", "she", "hers", "his"}), ElementsAre("hers", "she", "his")
    );
    EXPECT_THAT(WordSearch::outermost({"same", "same"}), ElementsAre("same"));
    EXPECT_THAT(WordSearch::outermost({"Disk", "disks"}), ElementsAre("disks", "Disk"));
    EXPECT_THAT(WordSearch::outermost({"", "x"}), ElementsAre("x"));
    EXPECT_THAT(WordSearch::outermost({}), IsEmpty());
}

TEST(OutermostWords, AreThoseThatAComparisonOfAllLeaves) {
    std::mt19937 random(23); // the same words each time
    std::size_t left_out = 0;
    for (int turn = 0; turn < 2'000; ++turn) {
        std::set<std::string> words;
        for (std::size_t count = random() % 12; count > 0; --count) {
            std::string word;
            for (std::size_t length = 1 + random() % 6; length > 0; --length) {
                word += "abA"[random() % 3];
            }
            words.insert(word);
        }
        std::set<std::string> expected;
        for (const std::string& word : words) {
            if (std::none_of(words.begin(), words.end(), [&](const std::string& other) {
                    return other != word && other.find(word) != std::string::npos;
                })) {
                expected.insert(word);
            }
        }
        left_out += words.size() - expected.size();
        const auto found = WordSearch::outermost({words.begin(), words.end()});
        ASSERT_EQ(std::set<std::string>(found.begin(), found.end()), expected);
        ASSERT_THAT(found, SizeIs(expected.size()));
    }
    EXPECT_GT(left_out, 500U);
}

} // namespace
} // namespace drf_messages::text
