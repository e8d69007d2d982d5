// SPDX-License-Identifier: MIT
#pragma once

#include "fibers/scheduler.hpp"
#include "fibers/seat.hpp"

namespace drf_messages::fibers {

/// Away from the place where one works, a fiber's or a Seat, for as long as it lives: somebody else
/// may have it. Means nothing to a thread that has neither.
class Absence {
public:
    Absence() noexcept : scheduler_(Scheduler::current()), seat_(Seat::current()) {
        if (scheduler_ != nullptr) {
            scheduler_->leave();
        } else if (seat_ != nullptr) {
            seat_->leave();
        }
    }
    ~Absence() {
        if (scheduler_ != nullptr) {
            scheduler_->come_back();
        } else if (seat_ != nullptr) {
            seat_->come_back();
        }
    }
    Absence(const Absence&) = delete;
    Absence& operator=(const Absence&) = delete;

private:
    Scheduler* scheduler_;
    Seat* seat_;
};

} // namespace drf_messages::fibers
