// SPDX-License-Identifier: MIT
#include "sql/sqlite/write_queue.hpp"

#include "sql/sqlite/shared_commit.hpp"

#include <algorithm>
#include <utility>

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
            if (self.is_taken) {
                self.turn.wait(lock, [&self] { return self.granted; });
                return true;
            }
            // it may have been handed on meanwhile, to another
            if (patient || until == deadline || until == held_since_ + longest_hold_) {
                leave(self);
                return false;
            }
        }
    } catch (...) {
        if (self.is_taken) {
            // Whoever would have the lock otherwise could not tell those who share it. Without a
            // deadline waiting cannot fail.
            self.turn.wait(lock, [&self] { return self.granted; });
            return true;
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

WriteQueue::HandedOn WriteQueue::hand_on(const std::shared_ptr<SharedCommit>& commit) {
    std::unique_lock lock(mutex_);
    const auto next = find_joining(commit->file());
    if (next == waiters_.end() || sharing_ >= most_sharing ||
        std::chrono::steady_clock::now() - opened_ >= longest_shared_) {
        return HandedOn::to_nobody;
    }
    ++sharing_;
    Joining& joining = *(*next)->joining;
    joining.joined = commit;
    if (joining.work == nullptr) {
        grant(next);
        return HandedOn::to_another;
    }
    Waiter& waiter = take_out(next);
    joining.is_done = true;
    waiter.next = std::exchange(done_, &waiter);
    lock.unlock();
    (*joining.work)(commit);
    return HandedOn::for_a_while;
}

void WriteQueue::release(SharedCommit& commit, std::optional<Error> failure) noexcept {
    turns_.fetch_add(1, std::memory_order_release);
    std::unique_lock lock(mutex_);
    Waiter* waiter = std::exchange(done_, nullptr);
    hand_on();
    lock.unlock();
    commit.end(std::move(failure));
    lock.lock();
    while (waiter != nullptr) {
        wake(*std::exchange(waiter, waiter->next));
    }
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
    wake(take_out(next));
}

/// Its turn has come, or comes later.
WriteQueue::Waiter& WriteQueue::take_out(Waiters::iterator next) {
    Waiter& waiter = **next;
    forget(next);
    waiter.is_taken = true;
    held_since_ = std::chrono::steady_clock::now();
    return waiter;
}

/// Under the mutex: the waiter lives on its thread's stack and is gone once that thread runs.
void WriteQueue::wake(Waiter& waiter) noexcept {
    waiter.granted = true;
    waiter.turn.notify();
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
