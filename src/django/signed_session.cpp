// SPDX-License-Identifier: MIT
#include "django/signed_session.hpp"

#include "django/signed_payload.hpp"
#include "django/signing.hpp"

namespace drf_messages::django {

std::optional<boost::json::object> load_signed_session(
    std::string_view cookie,
    std::span<const std::string> secret_keys,
    std::chrono::seconds max_age,
    Timestamp now,
    SessionSerializer serializer,
    LegacyFormats legacy
) {
    for (const std::string& secret_key : secret_keys) {
        if (const auto payload =
                unsign_recent(cookie, signed_cookies_salt, secret_key, max_age, now, legacy)) {
            return decode_signed_payload(*payload, serializer);
        }
    }
    return std::nullopt;
}

std::string dump_signed_session(
    const boost::json::object& session,
    std::string_view secret_key,
    std::chrono::sys_seconds now,
    SessionSerializer serializer
) {
    const std::string payload = encode_signed_payload(session, serializer);
    return sign_timestamped(payload, signed_cookies_salt, secret_key, now);
}

} // namespace drf_messages::django
