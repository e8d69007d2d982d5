// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::django {

/// Django: django/utils/crypto.py, salted_hmac; raw bytes, SHA-256 unless said otherwise.
std::string salted_hmac(
    std::string_view key_salt, std::string_view value, std::string_view secret, bool sha1 = false
);

/// `value:timestamp:signature` -> `value`, when the key made the signature; of whatever age. Also
/// accepts SHA-1 signatures, as Django 3.2 does.
/// - Django: django/core/signing.py, TimestampSigner.
std::optional<std::string>
unsign_timestamped(std::string_view signed_value, std::string_view salt, std::string_view secret);

/// `value:timestamp:signature`.
std::string sign_timestamped(
    std::string_view value,
    std::string_view salt,
    std::string_view secret,
    std::chrono::sys_seconds now
);

} // namespace drf_messages::django
