// SPDX-License-Identifier: MIT
#pragma once

#include "base/recent_answers.hpp"

#include <string>
#include <string_view>

namespace drf_messages::django {

/// The value of `_auth_user_hash` for a user's password column.
/// AbstractBaseUser.get_session_auth_hash.
std::string session_auth_hash(std::string_view password_column, std::string_view secret_key);

/// Whether a session's hash matches the password column, in constant time; the SHA-1 form of Django
/// before 3.1 is accepted too.
bool verify_session_auth_hash(
    std::string_view session_hash, std::string_view password_column, std::string_view secret_key
);

/// The same for one key. Remembers the hashes of recent users. Thread safe.
class SessionAuthHashes {
public:
    explicit SessionAuthHashes(std::string secret_key);

    /// verify_session_auth_hash() with the key.
    bool verify(std::string_view session_hash, std::string_view password_column) const;

private:
    std::string secret_key_;
    mutable RecentAnswers<std::string> recent_; ///< by password column
};

} // namespace drf_messages::django
