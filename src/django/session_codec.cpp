// SPDX-License-Identifier: MIT
#include "django/session_codec.hpp"

#include "crypto/digest.hpp"
#include "django/signed_payload.hpp"
#include "django/signing.hpp"
#include "text/base64.hpp"

#include <stdexcept>

namespace drf_messages::django {
namespace {

constexpr std::string_view legacy_salt = "django.contrib.sessionsSessionStore";

// Django before 3.1: SessionBase._legacy_decode.
std::optional<boost::json::object> decode_legacy(
    std::string_view session_data, std::string_view secret_key, SessionSerializer serializer
) {
    const auto decoded = text::base64_decode(session_data);
    if (!decoded) {
        return std::nullopt;
    }
    const std::string_view whole = *decoded;
    const auto colon = whole.find(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    const auto content = whole.substr(colon + 1);
    const auto expected = crypto::hex(salted_hmac(legacy_salt, content, secret_key, true));
    if (!crypto::constant_time_equal(whole.substr(0, colon), expected)) {
        return std::nullopt;
    }
    return deserialize_session(content, serializer);
}

} // namespace

SessionSerializer session_serializer(std::string_view class_name) {
    if (class_name == "django.contrib.sessions.serializers.JSONSerializer" ||
        class_name == "django.core.signing.JSONSerializer") {
        return SessionSerializer::json;
    }
    if (class_name == "django.contrib.sessions.serializers.PickleSerializer" ||
        class_name == "django.core.serializers.base.PickleSerializer") {
        return SessionSerializer::pickle;
    }
    throw std::invalid_argument(
        "SESSION_SERIALIZER: " + std::string(class_name) + " is not available"
    );
}

std::optional<boost::json::object> decode_session(
    std::string_view session_data,
    std::string_view secret_key,
    std::string_view salt,
    SessionSerializer serializer
) {
    const auto payload = unsign_timestamped(session_data, salt, secret_key);
    return payload ? decode_signed_payload(*payload, serializer)
                   : decode_legacy(session_data, secret_key, serializer);
}

std::string encode_session(
    const boost::json::object& session,
    std::string_view secret_key,
    std::chrono::sys_seconds now,
    std::string_view salt,
    SessionSerializer serializer
) {
    return sign_timestamped(encode_signed_payload(session, serializer), salt, secret_key, now);
}

} // namespace drf_messages::django
