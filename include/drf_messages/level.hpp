// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>

#include <cstdint>

namespace drf_messages {

/// A message's level: a number, as in Python's logging. Any number that fits the column is a level.
using Level = std::int32_t;

/// The levels of django.contrib.messages.constants.
namespace level {

inline constexpr Level debug = 10;
inline constexpr Level info = 20;
inline constexpr Level success = 25;
inline constexpr Level warning = 30;
inline constexpr Level error = 40;

// Programs and headers of others have macros of these names (-DDEBUG, wingdi.h's ERROR): they are
// put aside here, so that the names exist in every program, and are there again below. Where there
// is such a macro, write level::debug.
#pragma push_macro("DEBUG")
#pragma push_macro("INFO")
#pragma push_macro("SUCCESS")
#pragma push_macro("WARNING")
#pragma push_macro("ERROR")
#undef DEBUG
#undef INFO
#undef SUCCESS
#undef WARNING
#undef ERROR

/// Django's own spelling: level::DEBUG, messages::DEBUG.
inline namespace constants {
inline constexpr Level DEBUG = debug;
inline constexpr Level INFO = info;
inline constexpr Level SUCCESS = success;
inline constexpr Level WARNING = warning;
inline constexpr Level ERROR = error;
} // namespace constants

#pragma pop_macro("DEBUG")
#pragma pop_macro("INFO")
#pragma pop_macro("SUCCESS")
#pragma pop_macro("WARNING")
#pragma pop_macro("ERROR")

} // namespace level
} // namespace drf_messages
