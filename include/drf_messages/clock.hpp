// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/time.hpp>

#include <functional>

namespace drf_messages {

/// Where "now" comes from; passed in, so that a test can stop it. Must be thread safe.
using Clock = std::function<Timestamp()>;

/// The system's clock, in microseconds.
DRF_MESSAGES_API Timestamp system_now();

} // namespace drf_messages
