// SPDX-License-Identifier: MIT
#include "fibers/background.hpp"
#include "fibers/seat.hpp"
#include "support/fibers.hpp"
#include "support/sanitizer.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <future>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace drf_messages::fibers {
namespace {

int priority_of_this_thread() {
    return ::getpriority(PRIO_PROCESS, 0);
}

TEST(Background, who_holds_nobody_up_computes_at_once) {
    std::thread::id ran_in;
    EXPECT_TRUE(in_background([&] { ran_in = std::this_thread::get_id(); }));
    EXPECT_EQ(ran_in, std::this_thread::get_id());
}

TEST(Background, a_fibers_job_has_a_thread_of_lower_priority) {
    const int own = priority_of_this_thread();
    Scheduler scheduler(1);
    std::optional<int> jobs;
    scheduler.start([&] { in_background([&] { jobs = priority_of_this_thread(); }); });
    drive(scheduler);
    EXPECT_EQ(jobs, std::min(own + 10, 19));
    EXPECT_EQ(priority_of_this_thread(), own);
}

TEST(Background, another_fiber_has_the_place_of_one_whose_job_runs) {
    Scheduler scheduler(1);
    std::promise<void> other_has_run;
    bool ended = false;
    scheduler.start([&] { ended = in_background([&] { other_has_run.get_future().wait(); }); });
    ASSERT_FALSE(scheduler.is_full());
    scheduler.start([&] { other_has_run.set_value(); });
    drive(scheduler);
    EXPECT_TRUE(ended);
}

TEST(Background, who_comes_when_many_wait_is_sent_away) {
    Scheduler scheduler(1);
    std::promise<void> opened;
    const std::shared_future<void> gate = opened.get_future().share();
    std::vector<bool> done;
    bool refused = false;
    for (int number = 0; !refused && number < 1000; ++number) {
        scheduler.start([&] {
            const bool has_run = in_background([&] { gate.wait(); });
            done.push_back(has_run);
            refused = refused || !has_run;
        });
    }
    EXPECT_TRUE(refused);
    EXPECT_EQ(done, std::vector{false});
    opened.set_value();
    drive(scheduler);
    EXPECT_GT(done.size(), 65U);
    done.erase(done.begin());
    EXPECT_EQ(done, std::vector<bool>(done.size(), true));

    bool runs_again = false;
    scheduler.start([&] { runs_again = in_background([] {}); });
    drive(scheduler);
    EXPECT_TRUE(runs_again);
}

TEST(Background, what_the_job_throws_is_the_callers) {
    Scheduler scheduler(1);
    std::string caught;
    scheduler.start([&] {
        try {
            in_background([] { throw std::runtime_error("out of luck"); });
        } catch (const std::exception& error) {
            caught = error.what();
        }
    });
    drive(scheduler);
    EXPECT_EQ(caught, "out of luck");
    EXPECT_FALSE(scheduler.is_full());
}

class CountedSeat final : public Seat {
public:
    void leave() noexcept override { ++left; }
    void come_back() noexcept override { ++came_back; }
    int left = 0;
    int came_back = 0;
};

TEST(Background, a_thread_leaves_its_seat_while_its_job_runs) {
    ASSERT_EQ(Seat::current(), nullptr);
    {
        CountedSeat seat;
        ASSERT_EQ(Seat::current(), &seat);
        std::thread::id ran_in;
        EXPECT_TRUE(in_background([&] {
            ran_in = std::this_thread::get_id();
            EXPECT_EQ(seat.left, 1);
            EXPECT_EQ(seat.came_back, 0);
        }));
        EXPECT_NE(ran_in, std::this_thread::get_id());
        EXPECT_EQ(seat.came_back, 1);
    }
    EXPECT_EQ(Seat::current(), nullptr);
}

/// glibc keeps some, and gives them to new threads.
void take_stacks_of_ended_threads() {
    try {
        while (true) {
            std::thread([] { ::pause(); }).detach();
        }
    } catch (const std::system_error&) {
        return;
    }
}

TEST(Background, who_finds_no_thread_keeps_the_own_priority) {
    if (test::under_sanitizer) {
        GTEST_SKIP() << "a sanitizer needs more address space than the test leaves";
    }
    const auto run_without_threads = [] {
        const CountedSeat seat;
        const int own = priority_of_this_thread();
        const rlimit nothing{0, 0};
        setrlimit(RLIMIT_AS, &nothing);
        take_stacks_of_ended_threads();
        std::thread::id ran_in;
        in_background([&] { ran_in = std::this_thread::get_id(); });
        const bool here = ran_in == std::this_thread::get_id();
        std::_Exit(here && priority_of_this_thread() == own ? 0 : 1);
    };
    EXPECT_EXIT(run_without_threads(), testing::ExitedWithCode(0), "");
}

} // namespace
} // namespace drf_messages::fibers
