// SPDX-License-Identifier: MIT
#include "sql/sqlite/factory.hpp"
#include "support/database.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using drf_messages::sql::Row;
using drf_messages::sql::Value;
using drf_messages::test::number;
using drf_messages::test::rows;
using drf_messages::test::run;

class WordSearch : public testing::Test {
protected:
    bool finds(const std::vector<std::string>& words, std::string_view text) {
        const std::string joined = together(words);
        return number(*connection, "SELECT contains_all(?, ?)", {text, std::string_view(joined)}) ==
               1;
    }

    bool likes(const std::vector<std::string>& words, std::string_view text) {
        for (const std::string& word : words) {
            const std::string pattern = "%" + word + "%";
            if (number(*connection, "SELECT ? LIKE ?", {text, std::string_view(pattern)}) == 0) {
                return false;
            }
        }
        return true;
    }

    static std::string together(const std::vector<std::string>& words) {
        std::string joined;
        for (const std::string& word : words) {
            joined += (&word == &words.front() ? "" : std::string(1, '\0')) + word;
        }
        return joined;
    }

    drf_messages::test::TempFolder folder;
    std::unique_ptr<drf_messages::sql::Connection> connection =
        drf_messages::sql::sqlite_connections(drf_messages::test::sqlite_file(folder / "db", true)
        )();
};

TEST_F(WordSearch, FindsEveryWordWhereverItStands) {
    EXPECT_TRUE(finds({"disk", "full"}, "The disk is full"));
    EXPECT_TRUE(finds({"full", "disk"}, "Disk FULL"));
    EXPECT_TRUE(finds({"he", "she", "hers", "his"}, "ushers ushis"));
    EXPECT_FALSE(finds({"he", "she", "hers", "his"}, "ushers"));
    EXPECT_FALSE(finds({"disk", "full"}, "The disk is empty"));
    EXPECT_TRUE(finds({"a", "a", "A"}, "a")) << "a word that comes again asks for nothing more";
}

TEST_F(WordSearch, FindsWordsWithinWords) {
    EXPECT_TRUE(finds({"abcd", "bc", "c"}, "abcd"));
    EXPECT_TRUE(finds({"aab", "ab", "b"}, "aaab"));
    EXPECT_FALSE(finds({"abcd", "bce"}, "abcdbc"));
}

TEST_F(WordSearch, FindsNothingInAnEmptyTextButAnEmptyWord) {
    EXPECT_FALSE(finds({"a"}, ""));
    EXPECT_TRUE(finds({""}, ""));
    EXPECT_TRUE(finds({"", "b"}, "abc"));
}

TEST_F(WordSearch, TakesLettersBeyondAsciiAsTheyAre) {
    EXPECT_TRUE(finds({"\xC3\xBC"}, "f\xC3\xBCr"));
    EXPECT_FALSE(finds({"\xC3\x9C"}, "f\xC3\xBCr")) << "as LIKE of SQLite";
}

TEST_F(WordSearch, AnswersAsLikeDoes) {
    std::mt19937 random(17); // the same texts each time
    const auto some = [&](std::size_t most) {
        std::string text;
        for (std::size_t length = random() % (most + 1); length > 0; --length) {
            text += "abA"[random() % 3];
        }
        return text;
    };
    std::size_t found = 0;
    for (int turn = 0; turn < 2'000; ++turn) {
        std::vector<std::string> words;
        for (std::size_t count = 1 + random() % 5; count > 0; --count) {
            words.push_back(some(4));
        }
        const std::string text = some(16);
        const bool expected = likes(words, text);
        found += expected ? 1 : 0;
        ASSERT_EQ(finds(words, text), expected) << text << ": " << testing::PrintToString(words);
    }
    EXPECT_GT(found, 200U);
}

TEST_F(WordSearch, KeepsItsWordsFromRowToRowAndNoLonger) {
    run(*connection, "CREATE TABLE t (x text)");
    run(*connection, "INSERT INTO t VALUES ('one two'), ('one'), (NULL), ('two one')");
    const std::string_view select = "SELECT x FROM t WHERE contains_all(x, ?) ORDER BY rowid";
    const auto found = [&](const std::vector<std::string>& words) {
        const std::string joined = together(words);
        return rows(*connection, select, 1, {std::string_view(joined)});
    };
    EXPECT_EQ(found({"one", "two"}), (std::vector<std::string>{"one two", "two one"}));
    EXPECT_EQ(found({"one"}), (std::vector<std::string>{"one two", "one", "two one"}));
    EXPECT_EQ(found({"two", "e t"}), (std::vector<std::string>{"one two"}));
}

} // namespace
