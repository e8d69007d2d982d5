// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

namespace drf_messages::fibers {

/// Runs a job that computes for long, in a thread of low priority, of which a process has half as
/// many at a time as the machine has cores, at least one. Meanwhile the other fibers of the thread
/// go on, and more of them may start; a thread leaves its Seat to another one. Who has neither
/// fibers nor a Seat runs the job at once. Throws what the job throws.
/// - False, and the job has not run, when 64 wait already, or after ten seconds of waiting.
/// - The caller must hold nothing that others wait for, such as a connection.
bool in_background(const std::function<void()>& job);

} // namespace drf_messages::fibers
