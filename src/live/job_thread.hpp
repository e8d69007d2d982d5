// SPDX-License-Identifier: MIT
#pragma once

#include "fibers/wake_up.hpp"

#include <drf_messages/log.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace drf_messages::live {

/// Does jobs on a thread of its own, which begins with the first, each in its time. What they
/// compute in the background (fibers::in_background) is bounded as that of requests is. Thread
/// safe.
class JobThread {
public:
    using Job = std::function<void()>;
    using SteadyClock = std::chrono::steady_clock;

    /// - log: hears what jobs throw.
    explicit JobThread(LogSink log) : log_(std::move(log)) {}
    JobThread(const JobThread&) = delete;
    JobThread& operator=(const JobThread&) = delete;
    ~JobThread() { stop(); }

    /// Not before that moment; of those that are due the one whose moment is earliest.
    void add(SteadyClock::time_point moment, Job job);
    /// Waits for the job that runs; what has not begun is dropped.
    void stop();

private:
    void work();
    Job next(std::unique_lock<std::mutex>& lock);
    void run(const Job& job) const;

    const LogSink log_;
    std::mutex mutex_; ///< of what follows
    std::multimap<SteadyClock::time_point, Job> jobs_;
    fibers::WakeUp wake_up_;
    std::thread thread_;
    bool is_stopping_ = false;
};

} // namespace drf_messages::live
