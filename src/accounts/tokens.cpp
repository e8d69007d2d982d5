// SPDX-License-Identifier: MIT
#include "accounts/tokens.hpp"

#include "crypto/digest.hpp"

#include <cstddef>

namespace drf_messages::accounts {

std::string get_or_create_token(
    const store::UserStore& users,
    sql::Connection& connection,
    const UserId& user,
    const crypto::RandomBytes& random,
    Timestamp now
) {
    constexpr std::size_t token_bytes = 20;
    return users.get_or_insert_token(connection, user, crypto::hex(random(token_bytes)), now);
}

} // namespace drf_messages::accounts
