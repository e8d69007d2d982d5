// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace drf_messages::django {

/// The value of `_auth_user_hash` for a user's password column.
/// AbstractBaseUser.get_session_auth_hash.
std::string session_auth_hash(std::string_view password_column, std::string_view secret_key);

/// Whether a session's hash fits the password column, in constant time; the SHA-1 form of Django
/// before 3.1 is accepted too.
bool verify_session_auth_hash(
    std::string_view session_hash, std::string_view password_column, std::string_view secret_key
);

} // namespace drf_messages::django
