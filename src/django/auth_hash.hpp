// SPDX-License-Identifier: MIT
#pragma once

#include "base/recent_answers.hpp"
#include "django/legacy_formats.hpp"

#include <string>
#include <string_view>

namespace drf_messages::django {

/// The value of `_auth_user_hash` for a user's password column.
/// AbstractBaseUser.get_session_auth_hash.
std::string session_auth_hash(std::string_view password_column, std::string_view secret_key);

/// Whether a session's hash matches the password column, in constant time.
/// - legacy: accepted also takes the SHA-1 form.
bool verify_session_auth_hash(
    std::string_view session_hash,
    std::string_view password_column,
    std::string_view secret_key,
    LegacyFormats legacy = LegacyFormats::accepted
);

/// The same for one key. Remembers the hashes of recent users. Thread safe.
class SessionAuthHashes {
public:
    explicit SessionAuthHashes(
        std::string secret_key, LegacyFormats legacy = LegacyFormats::accepted
    );

    /// verify_session_auth_hash() with the key.
    bool verify(std::string_view session_hash, std::string_view password_column) const;

private:
    std::string secret_key_;
    LegacyFormats legacy_;
    mutable RecentAnswers<std::string> recent_; ///< by password column
};

} // namespace drf_messages::django
