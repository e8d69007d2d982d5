// SPDX-License-Identifier: MIT
#include "cache/attempts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace drf_messages;
using cache::AttemptLimit;
using cache::Attempts;
using namespace std::chrono_literals;
using std::chrono::microseconds;

/// Attempts by a clock that stands.
class AttemptsTest : public testing::Test {
protected:
    using Limits = std::vector<AttemptLimit>;

    static Limits limits(const char* rate, const std::string& key = "k") {
        return {{key, *model::Rate::parse(rate)}};
    }
    /// One that fails; how long none may begin, if it may not.
    std::optional<microseconds> fail(const Limits& limits) {
        const auto begun = attempts.begin(limits);
        if (const auto* const wait = std::get_if<microseconds>(&begun)) {
            return *wait;
        }
        attempts.end(std::get<Attempts::Begun>(begun), true);
        return std::nullopt;
    }
    int failures(const Limits& limits) {
        int number = 0;
        while (!fail(limits)) {
            ++number;
        }
        return number;
    }

    static constexpr std::size_t most_keys = 100;
    std::chrono::steady_clock::time_point now{1h};
    Attempts attempts{[this] { return now; }, most_keys};
};

TEST_F(AttemptsTest, FailAsOftenAsTheRateSaysInAnySpanOfItsTime) {
    EXPECT_EQ(fail(limits("3/min")), std::nullopt);
    now += 50s;
    EXPECT_EQ(fail(limits("3/min")), std::nullopt);
    EXPECT_EQ(fail(limits("3/min")), std::nullopt);
    EXPECT_EQ(fail(limits("3/min")), 10s);
    EXPECT_EQ(fail(limits("3/min", "another")), std::nullopt);
    now += 10s;
    EXPECT_EQ(fail(limits("3/min")), std::nullopt);
    EXPECT_EQ(fail(limits("3/min")), 50s);
    EXPECT_EQ(fail(limits("0/min", "none at all")), 60s);
}

TEST_F(AttemptsTest, ThatSucceedDoNotCount) {
    for (int i = 0; i < 10; ++i) {
        const auto begun = attempts.begin(limits("3/min"));
        ASSERT_TRUE(std::holds_alternative<Attempts::Begun>(begun));
        attempts.end(std::get<Attempts::Begun>(begun), false);
    }
    EXPECT_EQ(failures(limits("3/min")), 3);
}

TEST_F(AttemptsTest, ThatSucceedTakeNobodysPlace) {
    constexpr std::size_t more_than_groups = 5000;
    Attempts many([this] { return now; }, more_than_groups);
    const auto one = [&](const std::string& key, bool failed) {
        const auto begun = many.begin(limits("1/day", key));
        if (std::holds_alternative<microseconds>(begun)) {
            return false;
        }
        many.end(std::get<Attempts::Begun>(begun), failed);
        return true;
    };
    for (std::size_t i = 0; i < more_than_groups; ++i) {
        EXPECT_TRUE(one("right " + std::to_string(i), false));
    }
    for (std::size_t i = 0; i < more_than_groups; ++i) {
        EXPECT_TRUE(one("wrong " + std::to_string(i), true));
        EXPECT_FALSE(one("wrong " + std::to_string(i), true));
    }
}

TEST_F(AttemptsTest, NeedEveryOneOfTheirLimits) {
    const auto name = [](const std::string& key) {
        return Limits{{key, {3, 60s}}, {"address", {5, 60s}}};
    };
    EXPECT_EQ(failures(name("ann")), 3);
    EXPECT_EQ(failures(name("bob")), 2);
    EXPECT_EQ(failures(name("eve")), 0);
    now += 60s;
    EXPECT_EQ(failures(name("eve")), 3);
}

TEST_F(AttemptsTest, SideBySideFailNoOftenerThanOneByOne) {
    constexpr int rate = 3;
    constexpr int more = 8;
    std::vector<Attempts::Begun> under_way;
    for (int i = 0; i < rate; ++i) {
        under_way.push_back(std::get<Attempts::Begun>(attempts.begin(limits("3/min"))));
    }
    std::vector<std::optional<microseconds>> waits(more);
    std::vector<std::thread> threads;
    threads.reserve(more);
    for (auto& wait : waits) {
        threads.emplace_back([&] { wait = fail(limits("3/min")); });
    }
    // one is right, and somebody else has its place; the others fail
    attempts.end(under_way.back(), false);
    under_way.pop_back();
    for (const auto& begun : under_way) {
        attempts.end(begun, true);
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(std::count(waits.begin(), waits.end(), std::nullopt), 1);
    EXPECT_EQ(std::count(waits.begin(), waits.end(), std::optional<microseconds>(60s)), more - 1);
}

thread_local bool is_waiter = false;

TEST_F(AttemptsTest, AreWokenByTheEndOfTheirOwnAlone) {
    std::promise<void> first_look;
    std::atomic<int> looks = 0;
    Attempts watched([&] {
        if (is_waiter && ++looks == 1) {
            first_look.set_value();
        }
        return now;
    });
    const auto one = [&](const Limits& limits) {
        const auto begun = watched.begin(limits);
        if (std::holds_alternative<Attempts::Begun>(begun)) {
            watched.end(std::get<Attempts::Begun>(begun), false);
        }
    };
    const auto first = std::get<Attempts::Begun>(watched.begin(limits("1/min")));
    std::thread waiter([&] {
        is_waiter = true;
        one(limits("1/min"));
    });
    first_look.get_future().wait();
    for (int i = 0; i < 10; ++i) {
        one(limits("1/min", "another"));
        one(limits("0/min", "none at all"));
        watched.end({}, false);
    }
    watched.end(first, false);
    waiter.join();
    EXPECT_EQ(looks, 3); // it came, the first ended, and its own ended
}

TEST_F(AttemptsTest, AreRememberedWhateverElseIsCounted) {
    EXPECT_EQ(failures(limits("3/day")), 3);
    for (std::size_t i = 0; i < most_keys * 100; ++i) {
        fail(limits("3/day", "other " + std::to_string(i)));
        now += 1s;
    }
    EXPECT_EQ(failures(limits("3/day")), 0);
    // those for which there was no room count too, if together with some others
    EXPECT_LE(failures(limits("3/day", "other " + std::to_string(most_keys * 50))), 2);
    now += 24h;
    EXPECT_EQ(failures(limits("3/day")), 3);
    EXPECT_EQ(failures(limits("3/day", "other " + std::to_string(most_keys * 50))), 3);
}

TEST_F(AttemptsTest, OfALongTimeAreNotForgottenWithThoseOfAShortOne) {
    for (std::size_t i = 0; i < most_keys; ++i) {
        fail(limits("3/day", "other " + std::to_string(i)));
    }
    EXPECT_EQ(failures(limits("3/day")), 3);
    now += 61s;
    EXPECT_EQ(fail(limits("3/min")), std::nullopt);
    EXPECT_EQ(failures(limits("3/day")), 0);
}

TEST_F(AttemptsTest, OfAHighRateAreCountedTooButNotRememberedOneByOne) {
    EXPECT_EQ(failures(limits("5000/min")), 5000);
    EXPECT_GT(fail(limits("5000/min")), 0s);
    now += 60s;
    for (int i = 0; i < 5000; ++i) {
        EXPECT_EQ(fail(limits("5000/min")), std::nullopt);
        now += 10ms;
    }
    EXPECT_NE(fail(limits("5000/min")), std::nullopt);
}

} // namespace
