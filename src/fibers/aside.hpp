// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

namespace drf_messages::fibers {

/// Runs a job that holds its thread up for long, by waiting in ways that fibers do not know. What a
/// fiber calls runs in another thread, while the other fibers go on; elsewhere it runs at once.
/// Throws what the job throws. in_background() is for what computes.
void aside(const std::function<void()>& job);

/// The same, in another thread whoever calls.
void in_another_thread(const std::function<void()>& job);

} // namespace drf_messages::fibers
