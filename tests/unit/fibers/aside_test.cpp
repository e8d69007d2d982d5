// SPDX-License-Identifier: MIT
#include "fibers/aside.hpp"
#include "support/fibers.hpp"

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <string>
#include <thread>

namespace drf_messages::fibers {
namespace {

TEST(Aside, in_a_plain_thread_the_job_runs_there) {
    std::thread::id ran_in;
    aside([&] { ran_in = std::this_thread::get_id(); });
    EXPECT_EQ(ran_in, std::this_thread::get_id());
}

TEST(Aside, the_other_fibers_go_on_while_the_job_of_one_takes_its_time) {
    Scheduler scheduler(2);
    std::promise<void> other_has_run;
    bool ended = false;
    scheduler.start([&] {
        // Would wait for ever in the thread of the fibers.
        aside([&] { other_has_run.get_future().wait(); });
        ended = true;
    });
    scheduler.start([&] { other_has_run.set_value(); });
    drive(scheduler);
    EXPECT_TRUE(ended);
}

TEST(Aside, what_the_job_throws_is_the_callers) {
    Scheduler scheduler(1);
    std::string caught;
    scheduler.start([&] {
        try {
            aside([] { throw std::runtime_error("out of luck"); });
        } catch (const std::exception& error) {
            caught = error.what();
        }
    });
    drive(scheduler);
    EXPECT_EQ(caught, "out of luck");
}

} // namespace
} // namespace drf_messages::fibers
