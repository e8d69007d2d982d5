// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.hpp"
#include "model/user.hpp"
#include "sql/connection.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace drf_messages::store {

std::optional<User> select_user(sql::Connection& connection, const UserId& id);
/// By the exact name (case counts, on MariaDB too).
std::optional<User> select_user_by_name(sql::Connection& connection, std::string_view username);
/// The owner of a REST framework token; the key compares exactly, byte for byte, on every database.
/// One statement.
std::optional<User> select_user_by_token(sql::Connection& connection, std::string_view key);

/// errc::already_exists when the name is taken. `user.password` is the encoded hash; the id is
/// ignored.
Result<UserId> insert_user(sql::Connection& connection, const User& user, Timestamp date_joined);
/// False when there is no such user.
bool update_password(sql::Connection& connection, const UserId& id, std::string_view encoded);
/// As update_password, but only while the column still holds `old_encoded`.
bool replace_password(
    sql::Connection& connection,
    const UserId& id,
    std::string_view old_encoded,
    std::string_view encoded
);

/// The user's token: the existing one, or `new_key` stored now.
std::string get_or_insert_token(
    sql::Connection& connection, const UserId& user, std::string_view new_key, Timestamp created
);
void delete_token(sql::Connection& connection, const UserId& user);

/// "app.codename" of every permission, direct and by group. Not for superusers, who have all.
std::set<std::string> select_permissions(sql::Connection& connection, const UserId& user);

/// Deletes the user with messages, tags, token, permissions and groups; run it in a transaction.
void delete_user(sql::Connection& connection, const UserId& user);

} // namespace drf_messages::store
