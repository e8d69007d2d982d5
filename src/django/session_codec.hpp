// SPDX-License-Identifier: MIT
#pragma once

#include <boost/json/object.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::django {

/// More than this after inflating is refused: a session of this size is an attack.
inline constexpr std::size_t session_inflated_limit_bytes = 4 * 1024 * 1024;

/// What django_session.session_data (and the file engine) holds -> the session's dictionary. Reads the current form
/// (signed, compressed or not, JSON) and the legacy one of Django before 3.1 (base64 of "hash:json").
/// Absent when the signature is wrong, or the payload is no JSON object: Django then starts an empty session.
/// - salt_module: "django.contrib.sessions.SessionStore" + the engine's own, see Django's sessions/backends/base.py.
std::optional<boost::json::object> decode_session(std::string_view session_data, std::string_view secret_key);

std::string encode_session(const boost::json::object& session, std::string_view secret_key, std::chrono::sys_seconds now);

} // namespace drf_messages::django
