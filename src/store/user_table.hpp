// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <drf_messages/ids.hpp>
#include <drf_messages/settings.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::store {

/// The type of a user's primary key in the database.
enum class KeyKind {
    integer,
    uuid,     ///< a database type: UserId is text with dashes
    uuid_hex, ///< char(32), Django's form where the database knows no UUID: UserId is 32 digits
    text,
};

/// The table behind AUTH_USER_MODEL, by its names in the database; by default that of
/// django.contrib.auth.models.User. An empty column is one that the model does not have.
struct UserTable {
    std::string name = "auth_user";
    /// what other tables call a user: the model's name in lower case, with `_id`
    std::string reference = "user_id";
    std::string primary_key = "id";
    KeyKind key_kind = KeyKind::integer;
    std::string username_field = "username";
    std::string email_field = "email";
    std::string is_active = "is_active";
    std::string is_staff = "is_staff";
    std::string is_superuser = "is_superuser";
    std::string last_login = "last_login";
    bool has_permissions = true; ///< PermissionsMixin: NAME_groups and NAME_user_permissions

    /// Whether a UserId holds text.
    bool has_text_keys() const noexcept { return key_kind != KeyKind::integer; }

    /// Python's str(user.pk): what sessions, throttles and people are shown.
    std::string key_text(const UserId& id) const;
    /// The key that a text stands for, in any spelling that the model's field accepts. Absent for a
    /// text that cannot be a key.
    std::optional<UserId> parse_key(std::string_view text) const;
};

/// Whether AUTH_USER_MODEL is Django's own, which needs no lookup.
bool is_auth_user(const Settings& settings);

/// The table's name, without asking the database.
std::string user_table_name(const Settings& settings);

/// Whether the database has a table of that name.
bool has_table(sql::Connection& connection, const std::string& table);

/// The table of AUTH_USER_MODEL and `[AUTH_USER]`, with what the database's catalogue says about
/// it. Throws std::invalid_argument when there is no such table, or it cannot hold users.
UserTable find_user_table(sql::Connection& connection, const Settings& settings);

} // namespace drf_messages::store
