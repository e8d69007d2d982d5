// SPDX-License-Identifier: MIT
#pragma once

#include "django/legacy_formats.hpp"

#include <drf_messages/time.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::django {

/// Django: django/utils/crypto.py, salted_hmac; raw bytes, SHA-256 unless said otherwise.
std::string salted_hmac(
    std::string_view key_salt, std::string_view value, std::string_view secret, bool sha1 = false
);

/// `value:timestamp:signature` -> `value`, if the key made the signature; its age does not matter.
/// - legacy: accepted also takes SHA-1 signatures.
/// - Django: django/core/signing.py, TimestampSigner.
std::optional<std::string> unsign_timestamped(
    std::string_view signed_value,
    std::string_view salt,
    std::string_view secret,
    LegacyFormats legacy = LegacyFormats::accepted
);

/// The same, but absent when the signature is older than `max_age`. One from the future is valid.
std::optional<std::string> unsign_recent(
    std::string_view signed_value,
    std::string_view salt,
    std::string_view secret,
    std::chrono::seconds max_age,
    Timestamp now,
    LegacyFormats legacy = LegacyFormats::accepted
);

/// `value:timestamp:signature`.
std::string sign_timestamped(
    std::string_view value,
    std::string_view salt,
    std::string_view secret,
    std::chrono::sys_seconds now
);

} // namespace drf_messages::django
