// SPDX-License-Identifier: MIT
#pragma once

#include "django/session_codec.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::django {

/// What stands before the timestamp of a signed session: URL-safe base64, after a dot when it is
/// compressed. Django: django/core/signing.py, unsign_object.
std::optional<boost::json::object>
decode_signed_payload(std::string_view payload, SessionSerializer serializer);

/// Compressed when that saves more than the dot. Django: sign_object with compress=True.
std::string encode_signed_payload(const boost::json::object& session, SessionSerializer serializer);

/// A serialized session without armour.
std::optional<boost::json::object>
deserialize_session(std::string_view bytes, SessionSerializer serializer);

} // namespace drf_messages::django
