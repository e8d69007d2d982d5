// SPDX-License-Identifier: MIT
#pragma once

#include "fibers/wake_up.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <mutex>

namespace drf_messages::sql::sqlite {

/// The write lock that the connections of one factory share: handed on in the order of asking.
/// SQLite itself lets the waiters poll, so that under load some of them starve until their timeout.
/// Thread safe.
class WriteQueue {
public:
    /// - patient: how many may wait until their deadline, the holder included; the others give up
    ///   when the lock has not been handed on for `longest_hold`.
    explicit WriteQueue(
        std::size_t patient = std::numeric_limits<std::size_t>::max(),
        std::chrono::milliseconds longest_hold = std::chrono::seconds(2)
    )
        : patient_(patient), longest_hold_(longest_hold) {}

    /// Waits for the lock; false when it is not ours by `deadline`.
    bool acquire(std::chrono::steady_clock::time_point deadline);

    /// As acquire, but only when nobody holds the lock or waits for it.
    bool try_acquire();

    void release();

    /// How often the lock has been given back. What one thread reads after another's release() it
    /// sees as larger.
    std::uint64_t turns() const noexcept { return turns_.load(std::memory_order_acquire); }

    /// How many stand in the queue.
    std::size_t waiting() const;

private:
    struct Waiter {
        fibers::WakeUp turn;
        bool granted = false;
    };

    // under the mutex
    void take();
    void hand_on();
    void leave(Waiter& waiter);

    const std::size_t patient_;
    const std::chrono::milliseconds longest_hold_;
    std::atomic<std::uint64_t> turns_{0};
    mutable std::mutex mutex_;
    bool held_ = false;
    std::chrono::steady_clock::time_point held_since_;
    std::deque<Waiter*> waiters_;
};

} // namespace drf_messages::sql::sqlite
