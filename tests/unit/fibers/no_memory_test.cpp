// SPDX-License-Identifier: MIT
// Whoever is waited for must not fail to wake the others, since destructors do it.
#include "fibers/turns.hpp"
#include "no_memory.hpp"
#include "support/fibers.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <mutex>
#include <thread>

namespace drf_messages::fibers {
namespace {

TEST(NoMemory, keeps_nobody_from_giving_a_turn_back) {
    constexpr int count = 8;
    constexpr int rounds = 20;
    constexpr std::chrono::seconds long_enough{60};
    Turns turns(1);
    ASSERT_TRUE(turns.take(long_enough));
    const auto give_back = [&turns] {
        const NoMemory none;
        turns.give_back();
    };
    int served = 0;
    Scheduler scheduler(count);
    for (int i = 0; i < count; ++i) {
        scheduler.start([&] {
            for (int round = 0; round < rounds; ++round) {
                EXPECT_TRUE(turns.take(long_enough));
                ++served;
                give_back();
            }
        });
    }
    std::thread(give_back).join();
    drive(scheduler);
    EXPECT_EQ(served, count * rounds);
}

TEST(NoMemory, keeps_no_thread_from_waking_the_fibers_of_another) {
    constexpr std::size_t count = 8;
    std::mutex mutex;
    WakeUp wakes[count];
    bool may_go_on = false;
    std::size_t gone_on = 0;
    Scheduler scheduler(count);
    for (WakeUp& wake : wakes) {
        scheduler.start([&] {
            std::unique_lock lock(mutex);
            wake.wait(lock, [&] { return may_go_on; });
            ++gone_on;
        });
    }
    std::thread([&] {
        const NoMemory none;
        const std::lock_guard lock(mutex);
        may_go_on = true;
        for (WakeUp& wake : wakes) {
            wake.notify();
        }
    }).join();
    drive(scheduler);
    EXPECT_EQ(gone_on, count);
}

} // namespace
} // namespace drf_messages::fibers
