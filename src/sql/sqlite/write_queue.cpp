// SPDX-License-Identifier: MIT
#include "sql/sqlite/write_queue.hpp"

#include "sql/sqlite/shared_commit.hpp"

#include <algorithm>
#include <utility>

namespace drf_messages::sql::sqlite {

namespace {

/// Bounds what a failure undoes, and what SQLite keeps for undoing.
constexpr std::size_t most_sharing = 256;

/// Of what the last commit took, how much is spent on waiting for those who share the next one.
constexpr int waits_for_commits = 2;

/// How many transactions go by without waiting where it was in vain again and again.
constexpr std::size_t most_without = 63;

} // namespace

bool WriteQueue::acquire(std::chrono::steady_clock::time_point deadline, Joining* joining) {
    std::unique_lock lock(mutex_);
    if (!held_) {
        take();
        return true;
    }
    if (joining != nullptr && join_parked(*joining)) {
        return true;
    }
    const bool patient = waiters_.size() + 1 < patient_;
    Waiter self;
    self.joining = joining;
    self.thread = fibers::Scheduler::current();
    waiters_.push_back(&self);
    joining_ += joining != nullptr ? 1 : 0;
    if (parked_ != nullptr) {
        parked_->turn.notify(); // it does not let those wait who cannot join
    }
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
    end_turn();
    if (waiters_.empty()) {
        held_ = false;
        return;
    }
    // The lock passes to the first in line without getting free, or a newcomer could overtake.
    grant(waiters_.begin());
    begin_turn();
}

WriteQueue::HandedOn WriteQueue::hand_on(const std::shared_ptr<SharedCommit>& commit) {
    Lock lock(mutex_);
    const auto next = may_grow() ? find_joining(commit->file()) : waiters_.end();
    if (next == waiters_.end()) {
        if (expects_more() && park(lock, commit)) {
            return HandedOn::to_another;
        }
        committing_since_ = std::chrono::steady_clock::now();
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

bool WriteQueue::may_grow() const {
    return sharing_ < most_sharing && std::chrono::steady_clock::now() - opened_ < longest_shared_;
}

/// Takes over from one who is waiting for that; also later than he wanted to wait, since his thread
/// may have something else to do.
bool WriteQueue::join_parked(Joining& joining) {
    if (parked_ == nullptr || parked_commit_->file() != joining.file) {
        return false;
    }
    ++sharing_;
    Waiter& parked = *std::exchange(parked_, nullptr);
    parked.is_taken = true;
    parked.next = std::exchange(done_, &parked);
    joining.joined = std::move(parked_commit_);
    held_since_ = std::chrono::steady_clock::now();
    return true;
}

bool WriteQueue::expects_more() {
    if (1 + sharing_ >= expected_ || !waiters_.empty() || !may_grow()) {
        return false;
    }
    const auto now = std::chrono::steady_clock::now();
    if (!expected_until_) {
        const auto wait = without_ == 0 ? commit_took_ / waits_for_commits : commit_took_.zero();
        without_ -= without_ == 0 ? 0 : 1;
        expected_until_ = std::min(now + wait, opened_ + longest_shared_);
    }
    return now < *expected_until_;
}

/// Waits until somebody takes over, and then until he or another has committed; false when nobody
/// comes.
bool WriteQueue::park(Lock& lock, const std::shared_ptr<SharedCommit>& commit) {
    Waiter self;
    has_waited_ = true;
    parked_ = &self;
    parked_commit_ = commit;
    try {
        self.turn.wait_until(lock, *expected_until_, [&] {
            return self.is_taken || !waiters_.empty();
        });
    } catch (...) {
        // It does without.
    }
    if (self.is_taken) {
        self.turn.wait(lock, [&self] { return self.granted; });
        return true;
    }
    parked_ = nullptr;
    parked_commit_.reset();
    return false;
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
    begin_turn();
}

void WriteQueue::begin_turn() {
    opened_ = held_since_;
    sharing_ = 0;
    expected_until_.reset();
    has_waited_ = false;
    committing_since_.reset();
}

/// Learns how many seem to write: those who have, and those who have come meanwhile.
void WriteQueue::end_turn() {
    const std::size_t wrote = 1 + sharing_;
    if (has_waited_) {
        in_vain_ = wrote >= expected_ ? 0 : std::min(2 * in_vain_ + 1, most_without);
        without_ = in_vain_;
    }
    if (committing_since_) {
        commit_took_ = std::chrono::steady_clock::now() - *committing_since_;
    }
    expected_ = wrote + joining_;
}

std::size_t WriteQueue::waiting() const {
    const std::lock_guard lock(mutex_);
    return waiters_.size();
}

bool WriteQueue::waits_for_more() const {
    const std::lock_guard lock(mutex_);
    return parked_ != nullptr;
}

} // namespace drf_messages::sql::sqlite
