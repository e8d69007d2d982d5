// SPDX-License-Identifier: MIT
#include "fibers/turns.hpp"
#include "support/fibers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace drf_messages::fibers {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

constexpr std::chrono::seconds long_enough{60};

TEST(Turns, there_are_as_many_as_were_said) {
    Turns turns(2);
    EXPECT_TRUE(turns.take(milliseconds(0)));
    EXPECT_TRUE(turns.take(milliseconds(0)));
    EXPECT_FALSE(turns.take(milliseconds(5)));
    turns.give_back();
    EXPECT_TRUE(turns.take(milliseconds(0)));
}

TEST(Turns, a_fiber_that_waits_for_one_lets_others_go_on_and_is_served_in_order) {
    Scheduler scheduler(4);
    Turns turns(1);
    std::vector<int> order;
    ASSERT_TRUE(turns.take(milliseconds(0)));
    for (const int number : {1, 2}) {
        scheduler.start([&, number] {
            EXPECT_TRUE(turns.take(long_enough));
            order.push_back(number);
            turns.give_back();
        });
    }
    scheduler.start([&] {
        order.push_back(0);
        turns.give_back();
        // It belongs to the first of those who wait, though they have not gone on yet.
        EXPECT_FALSE(turns.take(milliseconds(0)));
    });
    drive(scheduler);
    EXPECT_THAT(order, ElementsAre(0, 1, 2));
    EXPECT_TRUE(turns.take(milliseconds(0)));
}

TEST(Turns, fibers_and_threads_hold_no_more_than_there_are) {
    Turns turns(2);
    std::atomic<int> held = 0;
    std::atomic<int> most = 0;
    const auto work = [&] {
        for (int i = 0; i < 500; ++i) {
            EXPECT_TRUE(turns.take(long_enough));
            most = std::max<int>(most, ++held);
            std::this_thread::yield();
            --held;
            turns.give_back();
        }
    };
    std::thread thread(work);
    std::thread another(work);
    Scheduler scheduler(2);
    scheduler.start(work);
    scheduler.start(work);
    drive(scheduler);
    thread.join();
    another.join();
    EXPECT_LE(most, 2);
}

} // namespace
} // namespace drf_messages::fibers
