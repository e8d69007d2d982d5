// SPDX-License-Identifier: MIT
#pragma once

#include "fibers/scheduler.hpp"

#include <chrono>

namespace drf_messages::sql::postgresql {

/// When to give a silent server up; absent: never.
using fibers::Deadline;

/// The deadline of a statement that begins at `begin`: a little after the server itself would have
/// ended it.
Deadline statement_deadline(
    std::chrono::milliseconds statement_timeout,
    std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now()
);

/// Waits until the socket can be read, or written when `to_write`; false at the deadline.
/// - alarm: a second descriptor whose being readable ends the waiting too; -1 for none.
bool wait_for_socket(int socket, bool to_write, Deadline deadline, int alarm = -1);

/// Whether something can be read at once: an answer, or the end.
bool is_readable(int socket);

} // namespace drf_messages::sql::postgresql
