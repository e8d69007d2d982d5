// SPDX-License-Identifier: MIT
#include "store/user_store.hpp"

#include "sql/error.hpp"
#include "store/message_deletion.hpp"
#include "store/sql_text.hpp"

#include <array>

namespace drf_messages::store {
namespace {

constexpr sql::Statement select_user_by_id = {
    "select_user",
    "SELECT u.id, u.username, u.password, u.email, u.is_active, u.is_staff, u.is_superuser"
    " FROM auth_user u WHERE u.id = ?"};

constexpr sql::Statement select_user_by_username = {
    "select_user_by_name",
    "SELECT u.id, u.username, u.password, u.email, u.is_active, u.is_staff, u.is_superuser"
    " FROM auth_user u WHERE u.username = ?"};

constexpr sql::Statement select_user_by_token_key = {
    "select_user_by_token",
    "SELECT u.id, u.username, u.password, u.email, u.is_active, u.is_staff, u.is_superuser, t.key"
    " FROM authtoken_token t JOIN auth_user u ON u.id = t.user_id WHERE t.key = ?"};

constexpr sql::Statement insert_user_row = {
    "insert_user",
    "INSERT INTO auth_user (password, last_login, is_superuser, username, first_name, last_name,"
    " email, is_staff, is_active, date_joined) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};

constexpr sql::Statement set_password = {
    "update_password", "UPDATE auth_user SET password = ? WHERE id = ?"};

constexpr sql::Statement select_token = {
    "select_token", "SELECT t.key FROM authtoken_token t WHERE t.user_id = ?"};

// `key` is a reserved word of MariaDB, and only there a backtick quotes.
constexpr sql::Statement insert_token = {
    "insert_token", "INSERT INTO authtoken_token (key, created, user_id) VALUES (?, ?, ?)"};
constexpr sql::Statement insert_token_mariadb = {
    "insert_token", "INSERT INTO authtoken_token (`key`, created, user_id) VALUES (?, ?, ?)"};

constexpr sql::Statement delete_token_of_user = {
    "delete_token", "DELETE FROM authtoken_token WHERE user_id = ?"};

constexpr sql::Statement select_permissions_of_user = {
    "select_permissions",
    "SELECT c.app_label, p.codename FROM auth_user_user_permissions o"
    " JOIN auth_permission p ON p.id = o.permission_id"
    " JOIN django_content_type c ON c.id = p.content_type_id WHERE o.user_id = ?"
    " UNION SELECT c.app_label, p.codename FROM auth_user_groups o"
    " JOIN auth_group_permissions g ON g.group_id = o.group_id"
    " JOIN auth_permission p ON p.id = g.permission_id"
    " JOIN django_content_type c ON c.id = p.content_type_id WHERE o.user_id = ?"};

constexpr sql::Statement delete_permissions_of_user = {
    "delete_permissions", "DELETE FROM auth_user_user_permissions WHERE user_id = ?"};
constexpr sql::Statement delete_groups_of_user = {
    "delete_groups", "DELETE FROM auth_user_groups WHERE user_id = ?"};
constexpr sql::Statement delete_user_row = {"delete_user", "DELETE FROM auth_user WHERE id = ?"};

User read_user(const sql::Row& row) {
    User user;
    user.id.value = row.integer(0);
    user.username = row.text(1);
    user.password = row.text(2);
    user.email = row.text(3);
    user.is_active = row.boolean(4);
    user.is_staff = row.boolean(5);
    user.is_superuser = row.boolean(6);
    return user;
}

std::optional<std::string> find_token(sql::Connection& connection, const UserId& user) {
    const std::array<sql::Value, 1> parameters = {user_value(user)};
    return sql::query_one(connection, select_token, parameters, [](const sql::Row& row) {
        return std::string(row.text(0));
    });
}

} // namespace

std::optional<User> select_user(sql::Connection& connection, const UserId& id) {
    const std::array<sql::Value, 1> parameters = {user_value(id)};
    auto user = sql::query_one(connection, select_user_by_id, parameters, read_user);
    if (user) {
        user->id = id;
    }
    return user;
}

std::optional<User> select_user_by_name(sql::Connection& connection, std::string_view username) {
    const std::array<sql::Value, 1> parameters = {username};
    auto user = sql::query_one(connection, select_user_by_username, parameters, read_user);
    // MariaDB's collation finds "Ann" for "ann" too.
    if (user && user->username != username) {
        user.reset();
    }
    return user;
}

std::optional<User> select_user_by_token(sql::Connection& connection, std::string_view key) {
    const std::array<sql::Value, 1> parameters = {key};
    std::optional<User> user;
    connection.query(select_user_by_token_key, parameters, [&](const sql::Row& row) {
        if (row.text(7) == key) {
            user = read_user(row);
        }
    });
    return user;
}

Result<UserId> insert_user(sql::Connection& connection, const User& user, Timestamp date_joined) {
    const std::array<sql::Value, 10> row = {
        std::string_view(user.password),
        sql::Value(),
        user.is_superuser,
        std::string_view(user.username),
        std::string_view(),
        std::string_view(),
        std::string_view(user.email),
        user.is_staff,
        user.is_active,
        date_joined};
    try {
        return UserId{connection.insert(insert_user_row, row)};
    } catch (const sql::Error& error) {
        if (error.kind() != sql::ErrorKind::constraint) {
            throw;
        }
        return errc::already_exists;
    }
}

bool update_password(sql::Connection& connection, const UserId& id, std::string_view encoded) {
    const std::array<sql::Value, 2> parameters = {encoded, user_value(id)};
    return connection.execute(set_password, parameters) > 0;
}

bool replace_password(
    sql::Connection& connection,
    const UserId& id,
    std::string_view old_encoded,
    std::string_view encoded
) {
    SqlText sql(connection.dialect());
    sql << "UPDATE auth_user SET password = ";
    sql.bind(encoded) << " WHERE id = ";
    sql.bind(id) << " AND ";
    sql.exactly("password", old_encoded);
    return connection.execute(sql.statement("replace_password"), sql.parameters()) > 0;
}

std::string get_or_insert_token(
    sql::Connection& connection, const UserId& user, std::string_view new_key, Timestamp created
) {
    if (auto key = find_token(connection, user)) {
        return std::move(*key);
    }
    const bool mariadb = connection.dialect() == sql::Dialect::mariadb;
    const std::array<sql::Value, 3> row = {new_key, created, user_value(user)};
    try {
        connection.execute(mariadb ? insert_token_mariadb : insert_token, row);
    } catch (const sql::Error& error) {
        // Somebody else may have given the user a token in between.
        auto key = error.kind() == sql::ErrorKind::constraint ? find_token(connection, user)
                                                              : std::nullopt;
        if (!key) {
            throw;
        }
        return std::move(*key);
    }
    return std::string(new_key);
}

void delete_token(sql::Connection& connection, const UserId& user) {
    const std::array<sql::Value, 1> parameters = {user_value(user)};
    connection.execute(delete_token_of_user, parameters);
}

std::set<std::string> select_permissions(sql::Connection& connection, const UserId& user) {
    const std::array<sql::Value, 2> parameters = {user_value(user), user_value(user)};
    std::set<std::string> permissions;
    connection.query(select_permissions_of_user, parameters, [&](const sql::Row& row) {
        std::string permission(row.text(0));
        permission += '.';
        permission += row.text(1);
        permissions.insert(std::move(permission));
    });
    return permissions;
}

void delete_user(sql::Connection& connection, const UserId& user) {
    SqlText messages(connection.dialect());
    messages << "SELECT m.id FROM drf_messages_message m WHERE m.user_id = ";
    messages.bind(user).for_update();
    delete_messages_by_id(connection, select_ids(connection, messages, "select_messages_of_user"));
    const std::array<sql::Value, 1> parameters = {user_value(user)};
    for (const sql::Statement& statement :
         {delete_token_of_user,
          delete_permissions_of_user,
          delete_groups_of_user,
          delete_user_row}) {
        connection.execute(statement, parameters);
    }
}

} // namespace drf_messages::store
