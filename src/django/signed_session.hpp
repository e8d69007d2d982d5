// SPDX-License-Identifier: MIT
#pragma once

#include "django/session_codec.hpp"

#include <drf_messages/time.hpp>

#include <boost/json/object.hpp>

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace drf_messages::django {

/// The salt of django.contrib.sessions.backends.signed_cookies.
inline constexpr std::string_view signed_cookies_salt =
    "django.contrib.sessions.backends.signed_cookies";

/// The cookie of django.contrib.sessions.backends.signed_cookies -> the session's dictionary:
/// django.core.signing.loads. Absent when no key made the signature, when it is older than
/// `max_age`, or when decode_session would refuse the content; this engine has no legacy form.
/// - secret_keys: SECRET_KEY and SECRET_KEY_FALLBACKS.
/// - max_age: SESSION_COOKIE_AGE; a signature from the future is valid.
std::optional<boost::json::object> load_signed_session(
    std::string_view cookie,
    std::span<const std::string> secret_keys,
    std::chrono::seconds max_age,
    Timestamp now,
    SessionSerializer serializer = SessionSerializer::json,
    LegacyFormats legacy = LegacyFormats::accepted
);

/// django.core.signing.dumps with compress=True.
std::string dump_signed_session(
    const boost::json::object& session,
    std::string_view secret_key,
    std::chrono::sys_seconds now,
    SessionSerializer serializer = SessionSerializer::json
);

} // namespace drf_messages::django
