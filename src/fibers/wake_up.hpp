// SPDX-License-Identifier: MIT
#pragma once

#include "fibers/scheduler.hpp"

#include <condition_variable>
#include <mutex>

namespace drf_messages::fibers {

/// Where one waits for another, fiber or thread alike: a std::condition_variable for one who waits,
/// and whose mutex is held by who wakes him up.
class WakeUp {
public:
    using Lock = std::unique_lock<std::mutex>;

    /// May return without reason.
    void wait(Lock& lock, Deadline deadline = std::nullopt);

    template<class Condition>
    void wait(Lock& lock, Condition condition) {
        while (!condition()) {
            wait(lock);
        }
    }
    /// The condition at the end.
    template<class Condition>
    bool wait_until(Lock& lock, Deadline deadline, Condition condition) {
        while (!condition()) {
            if (deadline && std::chrono::steady_clock::now() >= *deadline) {
                return false;
            }
            wait(lock, deadline);
        }
        return true;
    }

    void notify() noexcept;

private:
    std::condition_variable thread_;
    Scheduler* scheduler_ = nullptr; ///< while a fiber waits
    Ticket ticket_;
};

} // namespace drf_messages::fibers
