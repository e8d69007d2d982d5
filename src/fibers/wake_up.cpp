// SPDX-License-Identifier: MIT
#include "fibers/wake_up.hpp"

#include <utility>

namespace drf_messages::fibers {

void WakeUp::wait(Lock& lock, Deadline deadline) {
    Scheduler* const scheduler = Scheduler::current();
    if (!scheduler) {
        deadline ? void(thread_.wait_until(lock, *deadline)) : thread_.wait(lock);
        return;
    }
    ticket_ = scheduler->ticket();
    scheduler_ = scheduler;
    lock.unlock();
    try {
        scheduler->wait_for_call(deadline);
    } catch (...) {
        lock.lock();
        scheduler_ = nullptr;
        throw;
    }
    lock.lock();
    scheduler_ = nullptr;
}

void WakeUp::notify() noexcept {
    if (Scheduler* const scheduler = std::exchange(scheduler_, nullptr)) {
        scheduler->call(ticket_);
    } else {
        thread_.notify_one();
    }
}

} // namespace drf_messages::fibers
