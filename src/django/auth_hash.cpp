// SPDX-License-Identifier: MIT
#include "django/auth_hash.hpp"

#include "crypto/digest.hpp"
#include "django/signing.hpp"

namespace drf_messages::django {
namespace {

constexpr std::string_view key_salt =
    "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash";

} // namespace
} // namespace drf_messages::django

std::string drf_messages::django::session_auth_hash(
    std::string_view password_column, std::string_view secret_key
) {
    return crypto::hex(salted_hmac(key_salt, password_column, secret_key));
}

bool drf_messages::django::verify_session_auth_hash(
    std::string_view session_hash, std::string_view password_column, std::string_view secret_key
) {
    if (crypto::constant_time_equal(session_hash, session_auth_hash(password_column, secret_key)))
        return true;
    return crypto::constant_time_equal(
        session_hash, crypto::hex(salted_hmac(key_salt, password_column, secret_key, true))
    );
}
