// SPDX-License-Identifier: MIT
#include "fibers/wait.hpp"
#include "support/fibers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace drf_messages::fibers {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::ElementsAre;

class Pipe {
public:
    Pipe() { EXPECT_EQ(pipe(ends_), 0); }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        close(ends_[0]);
        close(ends_[1]);
    }

    int reader() const { return ends_[0]; }
    int writer() const { return ends_[1]; }
    void write() const { EXPECT_EQ(::write(ends_[1], "x", 1), 1); }

private:
    int ends_[2]{};
};

TEST(Wait, a_sleeping_fiber_lets_others_go_on) {
    Scheduler scheduler(2);
    std::vector<std::string> order;
    scheduler.start([&] {
        sleep_for(milliseconds(5));
        order.emplace_back("has slept");
    });
    scheduler.start([&] { order.emplace_back("awake"); });
    drive(scheduler);
    EXPECT_THAT(order, ElementsAre("awake", "has slept"));
}

TEST(Wait, nobody_sleeps_less_than_was_said) {
    const auto slept = [] {
        const auto begin = steady_clock::now();
        sleep_for(milliseconds(5));
        return steady_clock::now() - begin;
    };
    EXPECT_GE(slept(), milliseconds(5));
    Scheduler scheduler(1);
    steady_clock::duration in_a_fiber{};
    scheduler.start([&] { in_a_fiber = slept(); });
    drive(scheduler);
    EXPECT_GE(in_a_fiber, milliseconds(5));
}

TEST(Wait, a_descriptor_is_waited_for_while_other_fibers_go_on) {
    Scheduler scheduler(2);
    const Pipe pipe;
    bool ready = false;
    scheduler.start([&] { ready = wait_for(pipe.reader(), POLLIN, std::nullopt); });
    EXPECT_FALSE(ready);
    scheduler.start([&] { pipe.write(); });
    drive(scheduler);
    EXPECT_TRUE(ready);
}

TEST(Wait, a_thread_waits_for_a_descriptor_by_itself) {
    const Pipe pipe;
    EXPECT_FALSE(is_ready(pipe.reader(), POLLIN));
    EXPECT_TRUE(wait_for(pipe.writer(), POLLOUT, std::nullopt));
    pipe.write();
    EXPECT_TRUE(is_ready(pipe.reader(), POLLIN));
    EXPECT_TRUE(wait_for(pipe.reader(), POLLIN, steady_clock::now()));
}

TEST(Wait, a_poll_that_fails_is_no_silence) {
    const Pipe silent;
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    // As many descriptors at a time may be polled.
    const rlimit none{0, before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
    const bool ready = is_ready(silent.reader(), POLLIN);
    const bool waited = wait_for(silent.reader(), POLLIN, steady_clock::now());
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_TRUE(ready);
    EXPECT_TRUE(waited);
    EXPECT_FALSE(is_ready(silent.reader(), POLLIN));
}

TEST(Wait, one_of_several_descriptors_is_enough) {
    const Pipe silent;
    const Pipe written;
    written.write();
    std::vector<pollfd> both{{silent.reader(), POLLIN, 0}, {written.reader(), POLLIN, 0}};
    EXPECT_TRUE(wait_for(both, std::nullopt));
    Scheduler scheduler(1);
    bool ready = false;
    scheduler.start([&] { ready = wait_for(both, std::nullopt); });
    drive(scheduler);
    EXPECT_TRUE(ready);
}

TEST(Wait, a_descriptor_that_stays_silent_is_waited_for_until_the_deadline) {
    const Pipe pipe;
    EXPECT_FALSE(wait_for(pipe.reader(), POLLIN, steady_clock::now() + milliseconds(5)));
    Scheduler scheduler(1);
    bool ready = true;
    scheduler.start([&] {
        ready = wait_for(pipe.reader(), POLLIN, steady_clock::now() + milliseconds(5));
    });
    drive(scheduler);
    EXPECT_FALSE(ready);
}

} // namespace
} // namespace drf_messages::fibers
