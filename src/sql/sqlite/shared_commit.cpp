// SPDX-License-Identifier: MIT
#include "sql/sqlite/shared_commit.hpp"

#include <utility>

namespace drf_messages::sql::sqlite {

void SharedCommit::end(std::optional<Error> failure) noexcept {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    failure_ = std::move(failure);
    // Under the mutex: a waiter lives on its thread's stack and is gone once that thread runs.
    for (Waiter* waiter = waiters_; waiter != nullptr; waiter = waiter->next) {
        waiter->woken.notify();
    }
}

void SharedCommit::wait() {
    std::unique_lock lock(mutex_);
    if (!is_over_) {
        Waiter self;
        self.next = std::exchange(waiters_, &self);
        self.woken.wait(lock, [this] { return is_over_; });
    }
    if (failure_) {
        throw Error(*failure_);
    }
}

} // namespace drf_messages::sql::sqlite
