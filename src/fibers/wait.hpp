// SPDX-License-Identifier: MIT
#pragma once

#include "fibers/scheduler.hpp"

#include <chrono>
#include <span>

namespace drf_messages::fibers {

/// How every room waits, beside WakeUp: a fiber lets the others of its thread go on meanwhile, and
/// a plain thread waits as threads do.
void sleep_for(std::chrono::steady_clock::duration time);

/// Waits until one of the descriptors is ready for its `events`, as poll() means them, or has
/// failed; false at the deadline. What `revents` holds afterwards means nothing.
bool wait_for(std::span<pollfd> descriptors, Deadline deadline);

/// The same for one descriptor.
bool wait_for(int descriptor, short events, Deadline deadline);

/// Whether wait_for() would return true at once.
bool is_ready(int descriptor, short events) noexcept;

} // namespace drf_messages::fibers
