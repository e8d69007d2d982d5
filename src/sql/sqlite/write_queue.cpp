// SPDX-License-Identifier: MIT
#include "sql/sqlite/write_queue.hpp"

#include "sql/sqlite/shared_commit.hpp"

#include <algorithm>

namespace drf_messages::sql::sqlite {

namespace {

/// Bounds what a failure undoes, and what SQLite keeps for undoing.
constexpr std::size_t most_sharing = 256;

} // namespace

bool WriteQueue::acquire(std::chrono::steady_clock::time_point deadline, Joining* joining) {
    std::unique_lock lock(mutex_);
    if (!held_) {
        take();
        return true;
    }
    const bool patient = waiters_.size() + 1 < patient_;
    Waiter self;
    self.joining = joining;
    self.thread = fibers::Scheduler::current();
    waiters_.push_back(&self);
    joining_ += joining != nullptr ? 1 : 0;
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
            return true; // whoever would have the lock otherwise could not tell those who share it
        }
        leave(self);
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
    grant(waiters_.begin());
    opened_ = held_since_;
    sharing_ = 0;
}

bool WriteQueue::hand_on(const std::shared_ptr<SharedCommit>& commit) {
    const std::lock_guard lock(mutex_);
    const auto next = find_joining(commit->file());
    if (next == waiters_.end() || sharing_ >= most_sharing ||
        std::chrono::steady_clock::now() - opened_ >= longest_shared_) {
        return false;
    }
    ++sharing_;
    (*next)->joining->joined = commit;
    grant(next);
    return true;
}

WriteQueue::Waiters::iterator WriteQueue::find_joining(const FileIdentity& file) {
    const fibers::Scheduler* const thread = fibers::Scheduler::current();
    auto first = waiters_.end();
    for (auto at = waiters_.begin(); at != waiters_.end(); ++at) {
        const Waiter& waiter = **at;
        if (waiter.joining == nullptr || waiter.joining->file != file) {
            continue;
        }
        if (thread == nullptr || waiter.thread == thread) {
            return at;
        }
        first = first == waiters_.end() ? at : first;
    }
    return first;
}

void WriteQueue::grant(Waiters::iterator next) {
    Waiter* const waiter = *next;
    forget(next);
    waiter->granted = true;
    held_since_ = std::chrono::steady_clock::now();
    // Under the mutex: the waiter lives on its thread's stack and is gone once that thread runs.
    waiter->turn.notify();
}

void WriteQueue::forget(Waiters::iterator waiter) {
    joining_ -= (*waiter)->joining != nullptr ? 1 : 0;
    waiters_.erase(waiter);
}

void WriteQueue::leave(Waiter& waiter) {
    forget(std::find(waiters_.begin(), waiters_.end(), &waiter));
}

void WriteQueue::take() {
    held_ = true;
    held_since_ = std::chrono::steady_clock::now();
    opened_ = held_since_;
    sharing_ = 0;
}

std::size_t WriteQueue::waiting() const {
    const std::lock_guard lock(mutex_);
    return waiters_.size();
}

} // namespace drf_messages::sql::sqlite
