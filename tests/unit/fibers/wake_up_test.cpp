// SPDX-License-Identifier: MIT
#include "fibers/wake_up.hpp"
#include "support/fibers.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

namespace drf_messages::fibers {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// A flag that somebody raises and somebody waits for.
struct Flag {
    std::mutex mutex;
    WakeUp raised;
    bool is_up = false;

    void raise() {
        const std::lock_guard lock(mutex);
        is_up = true;
        raised.notify();
    }
    bool wait(Deadline deadline = std::nullopt) {
        std::unique_lock lock(mutex);
        return raised.wait_until(lock, deadline, [this] { return is_up; });
    }
};

TEST(WakeUp, a_fiber_wakes_another_of_its_thread) {
    Scheduler scheduler(2);
    Flag flag;
    bool woken = false;
    scheduler.start([&] { woken = flag.wait(); });
    EXPECT_FALSE(woken);
    scheduler.start([&] { flag.raise(); });
    drive(scheduler);
    EXPECT_TRUE(woken);
}

TEST(WakeUp, a_thread_wakes_a_fiber_and_a_fiber_a_thread) {
    Flag there;
    Flag back;
    std::thread thread([&] {
        there.wait();
        back.raise();
    });
    Scheduler scheduler(1);
    bool woken = false;
    scheduler.start([&] {
        there.raise();
        woken = back.wait();
    });
    drive(scheduler);
    thread.join();
    EXPECT_TRUE(woken);
}

TEST(WakeUp, waiting_ends_at_the_deadline_for_fibers_and_for_threads) {
    Flag never;
    EXPECT_FALSE(never.wait(steady_clock::now() + milliseconds(10)));
    Scheduler scheduler(1);
    bool woken = true;
    scheduler.start([&] { woken = never.wait(steady_clock::now() + milliseconds(10)); });
    drive(scheduler);
    EXPECT_FALSE(woken);
}

TEST(WakeUp, fibers_of_two_threads_hand_a_ball_to_and_fro) {
    constexpr int passes = 20'000;
    std::mutex mutex;
    WakeUp turn[2];
    int ball = 0;
    const auto play = [&](int player) {
        std::unique_lock lock(mutex);
        while (ball < passes) {
            if (ball % 2 == player) {
                ++ball;
                turn[1 - player].notify();
            } else {
                turn[player].wait(lock);
            }
        }
        turn[1 - player].notify();
    };
    const auto run = [&](int player) {
        Scheduler scheduler(1);
        scheduler.start([&] { play(player); });
        drive(scheduler);
    };
    std::thread other([&] { run(1); });
    run(0);
    other.join();
    EXPECT_GE(ball, passes);
}

} // namespace
} // namespace drf_messages::fibers
