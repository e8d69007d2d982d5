// SPDX-License-Identifier: MIT
#include "django/auth_hash.hpp"

#include "crypto/digest.hpp"
#include "django/signing.hpp"

#include <cstddef>
#include <memory>
#include <utility>

namespace drf_messages::django {
namespace {

constexpr std::string_view key_salt =
    "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash";

/// The hashes of about a thousand users.
constexpr std::size_t remembered_bytes = 512 * 1024;

/// - hash: of the password column, by the key.
bool fits(
    std::string_view session_hash,
    std::string_view hash,
    std::string_view password_column,
    std::string_view secret_key,
    LegacyFormats legacy
) {
    return crypto::constant_time_equal(session_hash, hash) ||
           (legacy == LegacyFormats::accepted &&
            crypto::constant_time_equal(
                session_hash, crypto::hex(salted_hmac(key_salt, password_column, secret_key, true))
            ));
}

} // namespace

std::string session_auth_hash(std::string_view password_column, std::string_view secret_key) {
    return crypto::hex(salted_hmac(key_salt, password_column, secret_key));
}

bool verify_session_auth_hash(
    std::string_view session_hash,
    std::string_view password_column,
    std::string_view secret_key,
    LegacyFormats legacy
) {
    const std::string hash = session_auth_hash(password_column, secret_key);
    return fits(session_hash, hash, password_column, secret_key, legacy);
}

SessionAuthHashes::SessionAuthHashes(std::string secret_key, LegacyFormats legacy)
    : secret_key_(std::move(secret_key)), legacy_(legacy), recent_(remembered_bytes) {}

bool SessionAuthHashes::verify(std::string_view session_hash, std::string_view password_column)
    const {
    std::shared_ptr<const std::string> hash = recent_.find(password_column);
    if (!hash) {
        hash = std::make_shared<const std::string>(session_auth_hash(password_column, secret_key_));
        recent_.keep(password_column, *hash, hash->size());
    }
    return fits(session_hash, *hash, password_column, secret_key_, legacy_);
}

} // namespace drf_messages::django
