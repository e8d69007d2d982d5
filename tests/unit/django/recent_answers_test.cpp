// SPDX-License-Identifier: MIT
#include "base/recent_answers.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace drf_messages {
namespace {

constexpr std::size_t limit_bytes = 16 * 1024;

TEST(RecentAnswers, AreThoseToTheSameTextOnly) {
    RecentAnswers<int> answers(limit_bytes);
    EXPECT_EQ(answers.find("a"), nullptr);
    answers.keep("a", 1, 0);
    ASSERT_NE(answers.find("a"), nullptr);
    EXPECT_EQ(*answers.find("a"), 1);
    EXPECT_EQ(answers.find(std::string_view("a\0", 2)), nullptr);
    EXPECT_EQ(answers.find(""), nullptr);
}

TEST(RecentAnswers, MakeRoomWhereTheyWereNotAskedForLately) {
    RecentAnswers<int> answers(limit_bytes);
    const std::string padding(100, ' ');
    for (int number = 0; number < 1000; ++number) {
        answers.keep(std::to_string(number) + padding, number, 0);
        ASSERT_NE(answers.find("0" + padding), nullptr);
    }
    EXPECT_NE(answers.find("999" + padding), nullptr);
    EXPECT_EQ(answers.find("1" + padding), nullptr);
}

TEST(RecentAnswers, AreNotKeptWhereOneWouldTakeTheRoomOfMany) {
    RecentAnswers<int> answers(limit_bytes);
    answers.keep(std::string(limit_bytes, 'a'), 1, 0);
    answers.keep("b", 2, limit_bytes);
    EXPECT_EQ(answers.find(std::string(limit_bytes, 'a')), nullptr);
    EXPECT_EQ(answers.find("b"), nullptr);
}

TEST(RecentAnswers, StayGoodForWhoHasOneThoughItMadeRoom) {
    RecentAnswers<std::string> answers(limit_bytes);
    answers.keep("first", "a text that is long enough for memory of its own", 48);
    const auto first = answers.find("first");
    for (int number = 0; number < 1000; ++number) {
        answers.keep(std::to_string(number), "", 0);
    }
    EXPECT_EQ(answers.find("first"), nullptr);
    EXPECT_EQ(*first, "a text that is long enough for memory of its own");
}

TEST(RecentAnswers, AreSharedByThreads) {
    RecentAnswers<std::string> answers(limit_bytes);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&answers] {
            for (int turn = 0; turn < 2000; ++turn) {
                const std::string text = std::to_string(turn % 150);
                if (const auto known = answers.find(text)) {
                    EXPECT_EQ(*known, text);
                } else {
                    answers.keep(text, text, text.size());
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
}

} // namespace
} // namespace drf_messages
