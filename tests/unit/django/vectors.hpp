// SPDX-License-Identifier: MIT
#pragma once

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace drf_messages::django {

/// A file of tests/compat: what a real Django 3.2.25 site wrote and answered.
const boost::json::value& auth_vectors();
const boost::json::value& session_vectors();
/// What several Djangos did with messages, made by make_messages.py there.
const boost::json::value& message_vectors();

/// A member of an object, as text.
std::string text_of(const boost::json::value& object, std::string_view key);

/// What a vector has in its cache or Redis.
std::string stored_bytes(const boost::json::value& vector);

} // namespace drf_messages::django
