// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "store/user_store.hpp"

#include <drf_messages/ids.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What the admin asks of the users: their names.

namespace drf_messages::store {

/// A user's key and name.
using UserName = std::pair<UserId, std::string>;

/// Names of users by their keys; those that are gone are left out.
std::vector<UserName>
select_user_names(sql::Connection& connection, const UserStore& users, std::span<const UserId> ids);
/// Users whose name begins so, by name, as the index on names has it: in the same case, where the
/// database's collation does not ignore it. None where that takes more than a second.
std::vector<UserName> search_users(
    sql::Connection& connection, const UserStore& users, std::string_view beginning, int most
);
/// Those with the lowest keys: ask for one more than are wanted to know whether these are all.
std::vector<UserName> first_users(sql::Connection& connection, const UserStore& users, int most);

/// The next users after a key, in the order of keys, for one message to each; only active ones.
std::vector<UserId> next_active_users(
    sql::Connection& connection,
    const UserStore& users,
    const std::optional<UserId>& after,
    int most
);

} // namespace drf_messages::store
