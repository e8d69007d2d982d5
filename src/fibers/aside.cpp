// SPDX-License-Identifier: MIT
#include "fibers/aside.hpp"

#include "fibers/scheduler.hpp"
#include "fibers/wake_up.hpp"

#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

namespace drf_messages::fibers {

void aside(const std::function<void()>& job) {
    Scheduler::current() ? in_another_thread(job) : job();
}

void in_another_thread(const std::function<void()>& job) {
    std::mutex mutex;
    WakeUp ended;
    bool is_over = false;
    std::exception_ptr failure;
    // A thread of its own: such jobs are rare, and long beside what a thread costs.
    std::thread thread;
    try {
        thread = std::thread([&] {
            try {
                job();
            } catch (...) {
                failure = std::current_exception();
            }
            const std::lock_guard lock(mutex);
            is_over = true;
            ended.notify();
        });
    } catch (const std::system_error&) {
        return job(); // the system has no thread left: this one is held up
    }
    {
        std::unique_lock lock(mutex);
        ended.wait(lock, [&] { return is_over; });
    }
    thread.join();
    if (failure) {
        std::rethrow_exception(failure);
    }
}

} // namespace drf_messages::fibers
