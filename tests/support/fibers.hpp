// SPDX-License-Identifier: MIT
#pragma once

#include "fibers/scheduler.hpp"

namespace drf_messages::fibers {

/// As a thread drives its fibers until all have ended.
inline void drive(Scheduler& scheduler) {
    while (!scheduler.is_empty()) {
        if (!scheduler.go_on() && !scheduler.let_patient_go_on() && !scheduler.is_empty()) {
            scheduler.wait(-1);
        }
    }
}

} // namespace drf_messages::fibers
