// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/ids.hpp>

#include <string>

namespace drf_messages {

/// A row of the user table (AUTH_USER_MODEL). `password` is the encoded hash, which must never
/// reach a log or an answer.
struct User {
    UserId id;
    std::string username;
    std::string password;
    std::string email;
    bool is_active = true;
    bool is_staff = false;
    bool is_superuser = false;
};

} // namespace drf_messages
