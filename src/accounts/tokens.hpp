// SPDX-License-Identifier: MIT
#pragma once

#include "crypto/random.hpp"
#include "sql/connection.hpp"
#include "store/user_store.hpp"

#include <string>

namespace drf_messages::accounts {

/// The user's REST framework token; a new one is stored if there is none.
/// - Django: rest_framework/authtoken/models.py, Token.generate_key.
std::string get_or_create_token(
    const store::UserStore& users,
    sql::Connection& connection,
    const UserId& user,
    const crypto::RandomBytes& random,
    Timestamp now
);

} // namespace drf_messages::accounts
