// SPDX-License-Identifier: MIT
#include "sql/sqlite/write_queue.hpp"
#include "support/fibers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using drf_messages::sql::sqlite::WriteQueue;
using std::chrono::steady_clock;

TEST(WriteQueue, IsHandedOnInTheOrderOfAsking) {
    WriteQueue queue;
    ASSERT_TRUE(queue.try_acquire());
    std::vector<int> order; // guarded by the queue itself
    std::vector<std::jthread> threads;
    for (int number = 0; number < 6; ++number) {
        threads.emplace_back([&queue, &order, number] {
            if (queue.acquire(steady_clock::now() + 60s)) {
                order.push_back(number);
                queue.release();
            }
        });
        while (queue.waiting() != threads.size()) {
            std::this_thread::yield();
        }
    }
    queue.release();
    threads.clear();
    EXPECT_THAT(order, testing::ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(WriteQueue, IsHandedFromOneFiberOfAThreadToAnother) {
    WriteQueue queue;
    drf_messages::fibers::Scheduler scheduler(2);
    ASSERT_TRUE(queue.try_acquire());
    bool acquired = false;
    scheduler.start([&] { acquired = queue.acquire(steady_clock::now() + 60s); });
    EXPECT_EQ(queue.waiting(), 1u);
    scheduler.start([&] { queue.release(); });
    drive(scheduler);
    EXPECT_TRUE(acquired);
}

TEST(WriteQueue, LetsOnlySomeWaitLongForALockThatIsNotHandedOn) {
    WriteQueue queue(2, 0ms);
    ASSERT_TRUE(queue.try_acquire());
    bool served = false; // guarded by the queue itself
    std::jthread patient([&queue, &served] {
        if (queue.acquire(steady_clock::now() + 60s)) {
            served = true;
            queue.release();
        }
    });
    while (queue.waiting() != 1) {
        std::this_thread::yield();
    }
    EXPECT_FALSE(queue.acquire(steady_clock::now() + 60s));
    EXPECT_EQ(queue.waiting(), 1u);
    queue.release();
    patient.join();
    EXPECT_TRUE(served);
}

TEST(WriteQueue, LetsEverybodyWaitForALockThatIsHandedOn) {
    WriteQueue queue(1, 60s);
    ASSERT_TRUE(queue.try_acquire());
    std::jthread waiter([&queue] {
        EXPECT_TRUE(queue.acquire(steady_clock::now() + 60s));
        queue.release();
    });
    while (queue.waiting() != 1) {
        std::this_thread::yield();
    }
    queue.release();
}

TEST(WriteQueue, ForgetsTheOneWhoGaveUp) {
    WriteQueue queue;
    ASSERT_TRUE(queue.try_acquire());
    EXPECT_FALSE(queue.acquire(steady_clock::now() + 1ms));
    EXPECT_EQ(queue.waiting(), 0u);
    queue.release();
    EXPECT_TRUE(queue.try_acquire());
    EXPECT_FALSE(queue.try_acquire());
}

} // namespace
