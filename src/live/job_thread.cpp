// SPDX-License-Identifier: MIT
#include "live/job_thread.hpp"

#include "fibers/seat.hpp"

#include <exception>
#include <string>
#include <system_error>
#include <utility>

namespace drf_messages::live {
namespace {

/// Nobody else takes it meanwhile: the jobs behind wait.
class OwnSeat final : public fibers::Seat {
    void leave() noexcept override {}
    void come_back() noexcept override {}
};

} // namespace

void JobThread::add(SteadyClock::time_point moment, Job job) {
    const std::lock_guard lock(mutex_);
    if (is_stopping_) {
        return;
    }
    jobs_.emplace(moment, std::move(job));
    if (!thread_.joinable()) {
        try {
            thread_ = std::thread([this] { work(); });
        } catch (const std::system_error& error) {
            // The system has none left: whoever comes next tries it again.
            log_(LogLevel::error, std::string("live: ") + error.what());
        }
    }
    wake_up_.notify();
}

void JobThread::work() {
    const OwnSeat seat;
    std::unique_lock lock(mutex_);
    while (auto job = next(lock)) {
        lock.unlock();
        run(job);
        job = nullptr; // what it holds may end here, and ask for more
        lock.lock();
    }
}

/// Empty at the end.
JobThread::Job JobThread::next(std::unique_lock<std::mutex>& lock) {
    while (!is_stopping_) {
        const auto first = jobs_.begin();
        if (first != jobs_.end() && first->first <= SteadyClock::now()) {
            return std::move(jobs_.extract(first).mapped());
        }
        wake_up_.wait(lock, first == jobs_.end() ? fibers::Deadline() : first->first);
    }
    return nullptr;
}

void JobThread::run(const Job& job) const {
    try {
        job();
    } catch (const std::exception& error) {
        log_(LogLevel::error, std::string("live: ") + error.what());
    } catch (...) {
        log_(LogLevel::error, "live: an exception of an unknown type");
    }
}

void JobThread::stop() {
    std::multimap<SteadyClock::time_point, Job> dropped;
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
        dropped.swap(jobs_);
        wake_up_.notify();
    }
    if (thread_.joinable()) {
        thread_.join();
    }
}

} // namespace drf_messages::live
