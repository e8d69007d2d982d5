// SPDX-License-Identifier: MIT
#include "fibers/scheduler.hpp"
#include "support/fibers.hpp"
#include "support/sanitizer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace drf_messages::fibers {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::ElementsAre;

class Event {
public:
    Event() : descriptor_(eventfd(0, EFD_NONBLOCK)) {}
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    ~Event() { close(descriptor_); }

    void ring() const { eventfd_write(descriptor_, 1); }
    std::vector<pollfd> readable() const { return {{descriptor_, POLLIN, 0}}; }
    int descriptor() const { return descriptor_; }

private:
    int descriptor_;
};

TEST(Scheduler, a_job_that_does_not_wait_ends_at_once) {
    Scheduler scheduler(2);
    bool ran = false;
    scheduler.start([&] { ran = Scheduler::current() == &scheduler; });
    EXPECT_TRUE(ran);
    EXPECT_TRUE(scheduler.is_empty());
    EXPECT_EQ(Scheduler::current(), nullptr);
}

TEST(Scheduler, while_one_waits_for_a_socket_another_goes_on) {
    Scheduler scheduler(2);
    const Event event;
    std::vector<std::string> order;
    scheduler.start([&] {
        order.emplace_back("waits");
        scheduler.wait_for(event.readable(), std::nullopt);
        order.emplace_back("has waited");
    });
    scheduler.start([&] {
        order.emplace_back("another");
        event.ring();
    });
    drive(scheduler);
    EXPECT_THAT(order, ElementsAre("waits", "another", "has waited"));
}

TEST(Scheduler, waiting_ends_at_the_deadline) {
    Scheduler scheduler(1);
    const Event never;
    const auto begin = steady_clock::now();
    scheduler.start([&] { scheduler.wait_for(never.readable(), begin + milliseconds(30)); });
    EXPECT_FALSE(scheduler.is_empty());
    drive(scheduler);
    EXPECT_GE(steady_clock::now() - begin, milliseconds(30));
}

TEST(Scheduler, who_lets_others_go_first_goes_on_behind_those_that_can) {
    Scheduler scheduler(3);
    const Event event;
    std::vector<int> order;
    scheduler.start([&] {
        scheduler.let_others_go_first();
        order.push_back(3);
    });
    scheduler.start([&] {
        event.ring();
        order.push_back(1);
        const Ticket own = scheduler.ticket();
        scheduler.call(own);
        scheduler.wait_for_call(std::nullopt);
        order.push_back(2);
    });
    drive(scheduler);
    EXPECT_THAT(order, ElementsAre(1, 2, 3));
}

TEST(Scheduler, is_full_with_as_many_as_it_was_told) {
    Scheduler scheduler(2);
    const Event event;
    const auto wait = [&] { scheduler.wait_for(event.readable(), std::nullopt); };
    scheduler.start(wait);
    EXPECT_FALSE(scheduler.is_full());
    scheduler.start(wait);
    EXPECT_TRUE(scheduler.is_full());
    event.ring();
    drive(scheduler);
    EXPECT_FALSE(scheduler.is_full());
}

TEST(Scheduler, the_thread_wakes_up_for_a_descriptor_of_its_own) {
    Scheduler scheduler(1);
    const Event own;
    const Event of_the_fiber;
    scheduler.start([&] { scheduler.wait_for(of_the_fiber.readable(), std::nullopt); });
    own.ring();
    scheduler.wait(own.descriptor());
    EXPECT_FALSE(scheduler.go_on());
    of_the_fiber.ring();
    drive(scheduler);
}

TEST(Scheduler, a_call_that_comes_too_late_wakes_nobody_else) {
    Scheduler scheduler(1);
    Ticket old;
    scheduler.start([&] {
        old = scheduler.ticket();
        scheduler.wait_for_call(steady_clock::now());
    });
    drive(scheduler);
    bool has_waited = false;
    Ticket own;
    scheduler.start([&] {
        own = scheduler.ticket();
        scheduler.wait_for_call(std::nullopt);
        has_waited = true;
    });
    scheduler.call(old);
    EXPECT_FALSE(scheduler.go_on());
    EXPECT_FALSE(has_waited);
    scheduler.call(own);
    drive(scheduler);
    EXPECT_TRUE(has_waited);
}

TEST(Scheduler, a_fiber_may_wait_while_it_handles_an_exception) {
    Scheduler scheduler(2);
    const Event event;
    std::vector<std::string> caught;
    const auto fail = [&](const std::string& name) {
        try {
            throw std::runtime_error(name);
        } catch (const std::exception&) {
            scheduler.wait_for(event.readable(), std::nullopt);
            try {
                throw;
            } catch (const std::exception& error) {
                caught.emplace_back(error.what());
            }
        }
        caught.push_back(std::current_exception() ? "still one" : "none");
    };
    scheduler.start([&] { fail("first"); });
    EXPECT_FALSE(std::current_exception());
    scheduler.start([&] { fail("second"); });
    event.ring();
    drive(scheduler);
    EXPECT_THAT(caught, ElementsAre("first", "none", "second", "none"));
}

TEST(Scheduler, a_stack_is_as_deep_as_a_threads) {
    Scheduler scheduler(1);
    // Not so deep that a sanitizer's larger frames fill it.
    struct Deep {
        static int go(int depth) {
            volatile char block[1024] = {static_cast<char>(depth)};
            return depth == 0 ? block[0] : go(depth - 1) + (block[0] != 0 ? 1 : 0);
        }
    };
    int reached = 0;
    scheduler.start([&] { reached = Deep::go(2000); });
    EXPECT_GT(reached, 1000);
}

TEST(Scheduler, without_memory_for_a_stack_a_job_runs_to_its_end_at_once) {
    if (test::under_sanitizer) {
        GTEST_SKIP() << "a sanitizer needs more address space than the test leaves";
    }
    const auto run_without_memory = [] {
        Scheduler scheduler(1);
        const rlimit nothing{0, 0};
        setrlimit(RLIMIT_AS, &nothing);
        bool in_a_fiber = true;
        scheduler.start([&] { in_a_fiber = Scheduler::current() != nullptr; });
        std::_Exit(in_a_fiber || !scheduler.is_empty() ? 1 : 0);
    };
    EXPECT_EXIT(run_without_memory(), testing::ExitedWithCode(0), "");
}

TEST(Scheduler, thousands_of_jobs_share_a_few_stacks) {
    Scheduler scheduler(4);
    const Event event;
    event.ring();
    int done = 0;
    for (int i = 0; i < 5000; ++i) {
        while (scheduler.is_full()) {
            scheduler.wait(-1);
            scheduler.go_on();
        }
        scheduler.start([&] {
            scheduler.wait_for(event.readable(), std::nullopt);
            ++done;
        });
    }
    drive(scheduler);
    EXPECT_EQ(done, 5000);
}

} // namespace
} // namespace drf_messages::fibers
