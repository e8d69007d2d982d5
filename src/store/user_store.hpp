// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.hpp"
#include "model/user.hpp"
#include "sql/connection.hpp"
#include "store/user_table.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::store {

/// The users of a site, with their tokens and permissions: every statement about the table of
/// AUTH_USER_MODEL. Their texts are made once. Thread safe.
class UserStore {
public:
    /// django.contrib.auth.models.User, on any database.
    UserStore();
    UserStore(UserTable table, sql::Dialect dialect);

    const UserTable& table() const noexcept { return table_; }

    std::optional<User> select_user(sql::Connection& connection, const UserId& id) const;
    /// By the value of USERNAME_FIELD, as the database compares it: MariaDB's collation finds "Ann"
    /// for "ann" too, as it does for Django.
    std::optional<User>
    select_user_by_name(sql::Connection& connection, std::string_view username) const;
    /// The owner of a REST framework token; the key is compared byte for byte on every database.
    /// One statement.
    std::optional<User>
    select_user_by_token(sql::Connection& connection, std::string_view key) const;

    /// The encoded passwords of the users who came last, at most so many: a look at how a site
    /// stores them.
    std::vector<std::string> select_recent_passwords(sql::Connection& connection, int most) const;

    /// errc::already_exists when the name is taken. `user.password` is the encoded hash; the id is
    /// ignored. Only for auth.User: only the code of another model knows what else its rows need.
    Result<UserId>
    insert_user(sql::Connection& connection, const User& user, Timestamp date_joined) const;
    /// False when there is no such user.
    bool
    update_password(sql::Connection& connection, const UserId& id, std::string_view encoded) const;
    /// As update_password, but only while the column still holds `old_encoded`.
    bool replace_password(
        sql::Connection& connection,
        const UserId& id,
        std::string_view old_encoded,
        std::string_view encoded
    ) const;
    /// Django: django/contrib/auth/models.py, update_last_login.
    void update_last_login(sql::Connection& connection, const UserId& id, Timestamp now) const;

    /// The user's token: the existing one, or `new_key` stored now; all who ask at the same time
    /// get the same token.
    std::string get_or_insert_token(
        sql::Connection& connection, const UserId& user, std::string_view new_key, Timestamp created
    ) const;
    void delete_token(sql::Connection& connection, const UserId& user) const;

    /// "app.codename" of every permission, direct or through a group. Not for superusers, who have
    /// all.
    std::set<std::string> select_permissions(sql::Connection& connection, const UserId& user) const;

    /// Deletes the user with messages, tags, token, permissions, groups and what the admin's log
    /// has of them; run it in a transaction.
    void delete_user(sql::Connection& connection, const UserId& user) const;

private:
    User read_user(const sql::Row& row) const;

    UserTable table_;
    std::string quoted_table_;
    std::string quoted_key_;
    std::string select_by_id_;
    std::string select_by_name_;
    std::string select_by_token_;
    std::string select_recent_passwords_;
    std::string update_password_;
    std::string update_last_login_;
    std::string select_permissions_;
    std::string delete_permissions_;
    std::string delete_groups_;
    std::string delete_user_;
};

/// The users of AUTH_USER_MODEL; unless that is auth.User, looks at the database and throws as
/// find_user_table does.
UserStore find_user_store(sql::Connection& connection, const Settings& settings);

} // namespace drf_messages::store
