// SPDX-License-Identifier: MIT
#pragma once

#include "model/user.hpp"

#include <string_view>

namespace drf_messages::accounts {

/// A user with that name and address, to be inserted; both are written as Django writes them.
/// Throws std::invalid_argument that says what is wrong with them, for people to read.
/// - email: may be empty.
/// - Django: UserManager.create_user and the validators of its fields.
User new_user(std::string_view username, std::string_view email);

} // namespace drf_messages::accounts
