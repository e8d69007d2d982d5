// SPDX-License-Identifier: MIT
#pragma once

#include "fibers/scheduler.hpp"

#include <chrono>

namespace drf_messages::sql::postgresql {

/// When to give up a server that is silent about a statement that began at `begin`: a little after
/// it would have ended the statement itself.
fibers::Deadline statement_deadline(
    std::chrono::milliseconds statement_timeout,
    std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now()
);

} // namespace drf_messages::sql::postgresql
