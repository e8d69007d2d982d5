// SPDX-License-Identifier: MIT
#include "django/session_codec.hpp"

#include "base/names_of.hpp"
#include "crypto/digest.hpp"
#include "django/signed_payload.hpp"
#include "django/signing.hpp"
#include "text/base64.hpp"

#include <algorithm>
#include <array>
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

struct Row {
    std::string_view name;
    SessionSerializer serializer;
};

/// Sessions have their own names for classes that stand elsewhere in newer versions of Django.
constexpr std::array rows{
    Row{"django.contrib.sessions.serializers.JSONSerializer", SessionSerializer::json},
    Row{"django.contrib.sessions.serializers.PickleSerializer", SessionSerializer::pickle},
    Row{"django.core.signing.JSONSerializer", SessionSerializer::json},
    Row{"django.core.serializers.base.PickleSerializer", SessionSerializer::pickle},
};

} // namespace

const std::vector<std::string>& known_session_serializers() {
    static const std::vector<std::string> names = names_of(rows);
    return names;
}

SessionSerializer session_serializer(std::string_view class_name) {
    const auto* const row = std::find_if(rows.begin(), rows.end(), [&](const Row& known) {
        return known.name == class_name;
    });
    if (row == rows.end()) {
        throw std::invalid_argument(
            "SESSION_SERIALIZER: " + std::string(class_name) + " is not available"
        );
    }
    return row->serializer;
}

std::optional<boost::json::object> decode_session(
    std::string_view session_data,
    std::string_view secret_key,
    std::string_view salt,
    SessionSerializer serializer,
    LegacyFormats legacy
) {
    if (const auto payload = unsign_timestamped(session_data, salt, secret_key, legacy)) {
        return decode_signed_payload(*payload, serializer);
    }
    return legacy == LegacyFormats::accepted ? decode_legacy(session_data, secret_key, serializer)
                                             : std::nullopt;
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
