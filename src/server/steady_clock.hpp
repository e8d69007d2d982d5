// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

namespace drf_messages::server {

/// Deadlines are measured on this one: nobody can set it.
using SteadyClock = std::chrono::steady_clock;

} // namespace drf_messages::server
