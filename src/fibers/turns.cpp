// SPDX-License-Identifier: MIT
#include "fibers/turns.hpp"

#include <algorithm>

namespace drf_messages::fibers {

bool Turns::take(std::chrono::steady_clock::duration wait) {
    std::unique_lock lock(mutex_);
    if (taken_ < most_) {
        ++taken_;
        return true;
    }
    Waiter self;
    waiting_.push_back(&self);
    const auto deadline = std::chrono::steady_clock::now() + wait;
    try {
        if (self.served.wait_until(lock, deadline, [&self] { return self.has_turn; })) {
            return true;
        }
    } catch (...) {
        if (self.has_turn) {
            hand_on();
        } else {
            leave(self);
        }
        throw;
    }
    leave(self);
    return false;
}

void Turns::leave(Waiter& waiter) {
    waiting_.erase(std::find(waiting_.begin(), waiting_.end(), &waiter));
}

void Turns::give_back(std::size_t turns) noexcept {
    const std::lock_guard lock(mutex_);
    for (; turns > 0; --turns) {
        hand_on();
    }
}

void Turns::hand_on() noexcept {
    if (waiting_.empty()) {
        --taken_;
        return;
    }
    Waiter& next = *waiting_.front();
    waiting_.pop_front();
    next.has_turn = true;
    next.served.notify();
}

} // namespace drf_messages::fibers
