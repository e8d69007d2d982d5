// SPDX-License-Identifier: MIT
#include "django/auth_hash.hpp"

#include "base/recent_answers.hpp"
#include "crypto/digest.hpp"
#include "django/signing.hpp"

#include <cstddef>

namespace drf_messages::django {
namespace {

constexpr std::string_view key_salt =
    "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash";

/// The hashes of about a thousand users.
constexpr std::size_t remembered_bytes = 512 * 1024;

} // namespace
} // namespace drf_messages::django

std::string drf_messages::django::session_auth_hash(
    std::string_view password_column, std::string_view secret_key
) {
    static RecentAnswers<std::string> recent(remembered_bytes);
    std::string question = std::to_string(secret_key.size());
    question.append(":").append(secret_key).append(password_column);
    if (const auto known = recent.find(question)) {
        return *known;
    }
    std::string hash = crypto::hex(salted_hmac(key_salt, password_column, secret_key));
    recent.keep(question, hash, hash.size());
    return hash;
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
