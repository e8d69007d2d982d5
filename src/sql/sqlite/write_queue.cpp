// SPDX-License-Identifier: MIT
#include "sql/sqlite/write_queue.hpp"

#include <algorithm>

namespace drf_messages::sql::sqlite {

bool WriteQueue::acquire(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    if (!held_) {
        held_ = true;
        return true;
    }
    Waiter self;
    waiters_.push_back(&self);
    if (!self.turn.wait_until(lock, deadline, [&self] { return self.granted; })) {
        waiters_.erase(std::find(waiters_.begin(), waiters_.end(), &self));
    }
    return self.granted;
}

bool WriteQueue::try_acquire() {
    const std::lock_guard lock(mutex_);
    return !held_ && (held_ = true);
}

void WriteQueue::release() {
    const std::lock_guard lock(mutex_);
    if (waiters_.empty()) {
        held_ = false;
        return;
    }
    // The lock passes to the first in line without getting free, or a newcomer could overtake.
    Waiter* const next = waiters_.front();
    waiters_.pop_front();
    next->granted = true;
    // Under the mutex: the waiter lives on its thread's stack and is gone once that thread runs.
    next->turn.notify_one();
}

std::size_t WriteQueue::waiting() const {
    const std::lock_guard lock(mutex_);
    return waiters_.size();
}

} // namespace drf_messages::sql::sqlite
