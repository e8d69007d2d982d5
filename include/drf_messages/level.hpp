// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace drf_messages {

/// A message's level: a number, as in Python's logging. Any number that fits the column is a level.
using Level = std::int32_t;

/// The levels of django.contrib.messages.constants.
namespace level {
inline constexpr Level DEBUG = 10;
inline constexpr Level INFO = 20;
inline constexpr Level SUCCESS = 25;
inline constexpr Level WARNING = 30;
inline constexpr Level ERROR = 40;
} // namespace level

} // namespace drf_messages
