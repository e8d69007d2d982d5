// SPDX-License-Identifier: MIT
#pragma once

#include "django/compression.hpp"
#include "django/session_codec.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::django {

/// The bytes that Django's sign_object armours: URL-safe base64, after a dot when it is compressed.
/// Broken when it is neither, too large when it inflates to more than session_inflated_limit_bytes.
/// - Django: django/core/signing.py, unsign_object.
Decompressed decode_signed_bytes(std::string_view payload);

/// Compressed if that saves more than the dot. Django: sign_object with compress=True.
std::string encode_signed_bytes(std::string_view bytes);

/// json.loads of bytes that Django decodes as Latin-1.
std::optional<boost::json::value> parse_latin1_json(std::string_view json);

/// The text before the timestamp of a signed session; too_large_to_read() of one that is.
std::optional<boost::json::object>
decode_signed_payload(std::string_view payload, SessionSerializer serializer);

std::string encode_signed_payload(const boost::json::object& session, SessionSerializer serializer);

/// A serialized session without armour.
std::optional<boost::json::object>
deserialize_session(std::string_view bytes, SessionSerializer serializer);

} // namespace drf_messages::django
