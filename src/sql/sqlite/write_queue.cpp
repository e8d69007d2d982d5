// SPDX-License-Identifier: MIT
#include "sql/sqlite/write_queue.hpp"

#include <algorithm>

namespace drf_messages::sql::sqlite {

bool WriteQueue::acquire(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    if (!held_) {
        take();
        return true;
    }
    const bool patient = waiters_.size() + 1 < patient_;
    Waiter self;
    waiters_.push_back(&self);
    try {
        for (auto until = deadline;;) {
            if (!patient) {
                until = std::min(deadline, held_since_ + longest_hold_);
            }
            if (self.turn.wait_until(lock, until, [&self] { return self.granted; })) {
                return true;
            }
            // it may have been handed on meanwhile, to another
            if (patient || until == deadline || until == held_since_ + longest_hold_) {
                leave(self);
                return false;
            }
        }
    } catch (...) {
        if (self.granted) {
            hand_on();
        } else {
            leave(self);
        }
        throw;
    }
}

bool WriteQueue::try_acquire() {
    const std::lock_guard lock(mutex_);
    if (held_) {
        return false;
    }
    take();
    return true;
}

void WriteQueue::release() {
    turns_.fetch_add(1, std::memory_order_release);
    const std::lock_guard lock(mutex_);
    hand_on();
}

void WriteQueue::hand_on() {
    if (waiters_.empty()) {
        held_ = false;
        return;
    }
    // The lock passes to the first in line without getting free, or a newcomer could overtake.
    Waiter* const next = waiters_.front();
    waiters_.pop_front();
    next->granted = true;
    held_since_ = std::chrono::steady_clock::now();
    // Under the mutex: the waiter lives on its thread's stack and is gone once that thread runs.
    next->turn.notify();
}

void WriteQueue::leave(Waiter& waiter) {
    waiters_.erase(std::find(waiters_.begin(), waiters_.end(), &waiter));
}

void WriteQueue::take() {
    held_ = true;
    held_since_ = std::chrono::steady_clock::now();
}

std::size_t WriteQueue::waiting() const {
    const std::lock_guard lock(mutex_);
    return waiters_.size();
}

} // namespace drf_messages::sql::sqlite
