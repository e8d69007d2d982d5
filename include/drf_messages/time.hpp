// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>

#include <chrono>

namespace drf_messages {

/// A moment in UTC, in microseconds: the resolution of Django's DateTimeField.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

} // namespace drf_messages
