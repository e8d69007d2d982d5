// SPDX-License-Identifier: MIT
#pragma once

#include "fibers/wake_up.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <mutex>

namespace drf_messages::fibers {

/// A number of turns for fibers and threads, of which whoever has waited longest gets the next.
class Turns {
public:
    explicit Turns(std::size_t most) : most_(most) {}

    /// Waits for one; false when there was none in time.
    bool take(std::chrono::steady_clock::duration wait);
    /// So many, to the next in line, so that nobody who comes later is faster.
    void give_back(std::size_t turns = 1) noexcept;

private:
    struct Waiter {
        WakeUp served;
        bool has_turn = false;
    };

    /// Under the mutex.
    void hand_on() noexcept;
    void leave(Waiter& waiter);

    const std::size_t most_;
    std::mutex mutex_;
    std::size_t taken_ = 0;
    std::deque<Waiter*> waiting_;
};

} // namespace drf_messages::fibers
