// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

namespace drf_messages::fibers {

/// Runs a job that holds its thread up for long, by computing or by waiting in ways that fibers do
/// not know. What a fiber calls runs in another thread, while the other fibers go on; elsewhere it
/// runs at once. Throws what the job throws.
void aside(const std::function<void()>& job);

} // namespace drf_messages::fibers
