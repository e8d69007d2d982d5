// SPDX-License-Identifier: MIT
#pragma once

#include "django/legacy_formats.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::django {

/// More than this after inflating is not read.
inline constexpr std::size_t session_inflated_limit_bytes = 4 * 1024 * 1024;

/// The salt of every engine whose class is called SessionStore and signs with SessionBase.key_salt.
/// Django: django/contrib/sessions/backends/base.py.
inline constexpr std::string_view session_store_salt = "django.contrib.sessions.SessionStore";

/// The classes of SESSION_SERIALIZER.
enum class SessionSerializer {
    json,
    pickle, ///< read by read_pickle, so nothing in it is ever called
};

/// The names that SESSION_SERIALIZER may have.
const std::vector<std::string>& known_session_serializers();
/// SESSION_SERIALIZER's dotted name; throws std::invalid_argument for an unknown one.
SessionSerializer session_serializer(std::string_view class_name);

/// What django_session.session_data (and the file engine, and django-redis-sessions) holds -> the
/// session's dictionary. Reads the current form (signed, compressed or not) and, where it is
/// accepted, the legacy one (base64 of "hash:json"). too_large_to_read() of one that inflates to
/// more than the limit. Absent when the signature is wrong or when the payload is not a dictionary.
/// Django starts an empty session for the first, and before 4.0 fails for some of the others.
/// Values that JSON libraries refuse but Python writes are kept as parse_python_json and
/// read_pickle say.
std::optional<boost::json::object> decode_session(
    std::string_view session_data,
    std::string_view secret_key,
    std::string_view salt = session_store_salt,
    SessionSerializer serializer = SessionSerializer::json,
    LegacyFormats legacy = LegacyFormats::accepted
);

/// The form that Django 3.1 and later write, byte for byte.
std::string encode_session(
    const boost::json::object& session,
    std::string_view secret_key,
    std::chrono::sys_seconds now,
    std::string_view salt = session_store_salt,
    SessionSerializer serializer = SessionSerializer::json
);

} // namespace drf_messages::django
