// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/time.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace drf_messages::middleware {

/// A date of HTTP in any of its three forms: "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94
/// 08:49:37 GMT", "Sun Nov  6 08:49:37 1994". Absent for anything else and for days that do not
/// exist.
/// - now: decides which century a year of two digits is in.
/// - Django: django/utils/http.py, parse_http_date_safe.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text, Timestamp now);

} // namespace drf_messages::middleware
