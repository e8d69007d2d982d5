// SPDX-License-Identifier: MIT
#include "store/user_store.hpp"

#include "sql/error.hpp"
#include "store/message_deletion.hpp"
#include "store/message_row.hpp"
#include "store/sql_text.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <utility>
#include <variant>

namespace drf_messages::store {
namespace {

constexpr sql::Statement insert_user_row = {
    "insert_user",
    "INSERT INTO auth_user (password, last_login, is_superuser, username, first_name, last_name,"
    " email, is_staff, is_active, date_joined) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};

constexpr sql::Statement select_token = {
    "select_token", "SELECT t.key FROM authtoken_token t WHERE t.user_id = ?"};

/// Stores a token unless the user has one, or the key is taken: no error, which would end a
/// transaction of PostgreSQL. `key` is a reserved word of MariaDB, and only there a backtick
/// quotes.
sql::Statement insert_token(sql::Dialect dialect) {
    return dialect == sql::Dialect::mariadb
               ? sql::Statement{
                     "insert_token",
                     "INSERT IGNORE INTO authtoken_token (`key`, created, user_id)"
                     " VALUES (?, ?, ?)"}
               : sql::Statement{
                     "insert_token",
                     "INSERT INTO authtoken_token (key, created, user_id) VALUES (?, ?, ?)"
                     " ON CONFLICT DO NOTHING"};
}

constexpr sql::Statement delete_token_of_user = {
    "delete_token", "DELETE FROM authtoken_token WHERE user_id = ?"};

constexpr sql::Statement delete_log_of_user = {
    "delete_admin_log", "DELETE FROM django_admin_log WHERE user_id = ?"};

/// Sees a row that was committed after the transaction's snapshot, which MariaDB otherwise does
/// not.
constexpr sql::Statement select_new_token_mariadb = {
    "select_token", "SELECT t.key FROM authtoken_token t WHERE t.user_id = ? FOR UPDATE"};

std::optional<std::string>
find_token(sql::Connection& connection, const sql::Statement& statement, const UserId& user) {
    const std::array<sql::Value, 1> parameters = {user_value(user)};
    return sql::query_one(connection, statement, parameters, [](const sql::Row& row) {
        return std::string(row.text(0));
    });
}

} // namespace

UserStore::UserStore() : UserStore(UserTable(), sql::Dialect::sqlite) {}

UserStore::UserStore(UserTable table, sql::Dialect dialect) : table_(std::move(table)) {
    const auto name = [dialect](const std::string& plain) { return quoted_name(plain, dialect); };
    const auto column = [&](const std::string& plain, std::string_view otherwise) {
        return plain.empty() ? std::string(otherwise) : "u." + name(plain);
    };
    quoted_table_ = name(table_.name);
    quoted_key_ = name(table_.primary_key);
    const std::string columns = fmt::format(
        "SELECT u.{}, u.{}, u.password, {}, {}, {}, {}",
        quoted_key_,
        name(table_.username_field),
        column(table_.email_field, "''"),
        column(table_.is_active, "TRUE"),
        column(table_.is_staff, "FALSE"),
        column(table_.is_superuser, "FALSE")
    );
    select_by_id_ = fmt::format("{} FROM {} u WHERE u.{} = ?", columns, quoted_table_, quoted_key_);
    select_by_name_ = fmt::format(
        "{} FROM {} u WHERE u.{} = ?", columns, quoted_table_, name(table_.username_field)
    );
    select_by_token_ = fmt::format(
        "{}, t.key FROM authtoken_token t JOIN {} u ON u.{} = t.user_id WHERE t.key = ?",
        columns,
        quoted_table_,
        quoted_key_
    );
    select_recent_passwords_ = fmt::format(
        "SELECT u.password FROM {} u ORDER BY u.{} DESC LIMIT ?", quoted_table_, quoted_key_
    );
    update_password_ =
        fmt::format("UPDATE {} SET password = ? WHERE {} = ?", quoted_table_, quoted_key_);
    update_last_login_ = fmt::format(
        "UPDATE {} SET {} = ? WHERE {} = ?", quoted_table_, name(table_.last_login), quoted_key_
    );
    delete_user_ = fmt::format("DELETE FROM {} WHERE {} = ?", quoted_table_, quoted_key_);

    const std::string permissions = name(table_.name + "_user_permissions");
    const std::string groups = name(table_.name + "_groups");
    const std::string reference = name(table_.reference);
    select_permissions_ = fmt::format(
        "SELECT c.app_label, p.codename FROM {} o"
        " JOIN auth_permission p ON p.id = o.permission_id"
        " JOIN django_content_type c ON c.id = p.content_type_id WHERE o.{} = ?"
        " UNION SELECT c.app_label, p.codename FROM {} o"
        " JOIN auth_group_permissions g ON g.group_id = o.group_id"
        " JOIN auth_permission p ON p.id = g.permission_id"
        " JOIN django_content_type c ON c.id = p.content_type_id WHERE o.{} = ?",
        permissions,
        reference,
        groups,
        reference
    );
    delete_permissions_ = fmt::format("DELETE FROM {} WHERE {} = ?", permissions, reference);
    delete_groups_ = fmt::format("DELETE FROM {} WHERE {} = ?", groups, reference);
}

User UserStore::read_user(const sql::Row& row) const {
    const auto flag = [&row](int index) { return !row.is_null(index) && row.boolean(index); };
    User user;
    user.id = user_of(row, 0, table_.has_text_keys());
    user.username = row.is_null(1) ? std::string_view() : row.text(1);
    user.password = row.text(2);
    user.email = row.is_null(3) ? std::string_view() : row.text(3);
    user.is_active = flag(4);
    user.is_staff = flag(5);
    user.is_superuser = flag(6);
    return user;
}

std::optional<User> UserStore::select_user(sql::Connection& connection, const UserId& id) const {
    const auto* text_key = std::get_if<std::string>(&id.value);
    if (text_key != nullptr && !connection.can_hold(table_.name, table_.primary_key, *text_key)) {
        return std::nullopt;
    }
    const std::array<sql::Value, 1> parameters = {user_value(id)};
    return sql::query_one(
        connection,
        {"select_user", select_by_id_},
        parameters,
        [this](const sql::Row& row) { return read_user(row); }
    );
}

std::optional<User>
UserStore::select_user_by_name(sql::Connection& connection, std::string_view username) const {
    if (!connection.can_hold(table_.name, table_.username_field, username)) {
        return std::nullopt;
    }
    const std::array<sql::Value, 1> parameters = {username};
    return sql::query_one(
        connection,
        {"select_user_by_name", select_by_name_},
        parameters,
        [this](const sql::Row& row) { return read_user(row); }
    );
}

std::optional<User>
UserStore::select_user_by_token(sql::Connection& connection, std::string_view key) const {
    std::optional<User> user;
    if (!connection.can_hold("authtoken_token", "key", key)) {
        return user;
    }
    const std::array<sql::Value, 1> parameters = {key};
    connection
        .query({"select_user_by_token", select_by_token_}, parameters, [&](const sql::Row& row) {
            if (row.text(7) == key) {
                user = read_user(row);
            }
        });
    return user;
}

std::vector<std::string>
UserStore::select_recent_passwords(sql::Connection& connection, int most) const {
    std::vector<std::string> passwords;
    const std::array<sql::Value, 1> parameters = {std::int64_t{most}};
    connection.query(
        {"select_recent_passwords", select_recent_passwords_},
        parameters,
        [&](const sql::Row& row) {
            if (!row.is_null(0)) {
                passwords.emplace_back(row.text(0));
            }
        }
    );
    return passwords;
}

Result<UserId>
UserStore::insert_user(sql::Connection& connection, const User& user, Timestamp date_joined) const {
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

bool UserStore::update_password(
    sql::Connection& connection, const UserId& id, std::string_view encoded
) const {
    const std::array<sql::Value, 2> parameters = {encoded, user_value(id)};
    return connection.execute({"update_password", update_password_}, parameters) > 0;
}

bool UserStore::replace_password(
    sql::Connection& connection,
    const UserId& id,
    std::string_view old_encoded,
    std::string_view encoded
) const {
    SqlText sql(connection);
    sql << "UPDATE " << quoted_table_ << " SET password = ";
    sql.bind(encoded) << " WHERE " << quoted_key_ << " = ";
    sql.bind(id) << " AND ";
    sql.exactly(table_.name, "password", old_encoded);
    return connection.execute(sql.statement("replace_password"), sql.parameters()) > 0;
}

void UserStore::update_last_login(sql::Connection& connection, const UserId& id, Timestamp now)
    const {
    if (table_.last_login.empty()) {
        return;
    }
    const std::array<sql::Value, 2> parameters = {now, user_value(id)};
    connection.execute({"update_last_login", update_last_login_}, parameters);
}

std::string UserStore::get_or_insert_token(
    sql::Connection& connection, const UserId& user, std::string_view new_key, Timestamp created
) const {
    if (auto key = find_token(connection, select_token, user)) {
        return std::move(*key);
    }
    const std::array<sql::Value, 3> row = {new_key, created, user_value(user)};
    if (connection.execute(insert_token(connection.dialect()), row) > 0) {
        return std::string(new_key);
    }
    // Somebody else has given the user a token in the meantime.
    const bool mariadb = connection.dialect() == sql::Dialect::mariadb;
    auto key = find_token(connection, mariadb ? select_new_token_mariadb : select_token, user);
    if (!key) {
        throw sql::Error(
            sql::ErrorKind::constraint, "insert_token", "", "the user is gone, or the key is taken"
        );
    }
    return std::move(*key);
}

void UserStore::delete_token(sql::Connection& connection, const UserId& user) const {
    const std::array<sql::Value, 1> parameters = {user_value(user)};
    connection.execute(delete_token_of_user, parameters);
}

std::set<std::string>
UserStore::select_permissions(sql::Connection& connection, const UserId& user) const {
    std::set<std::string> permissions;
    if (!table_.has_permissions) {
        return permissions;
    }
    const std::array<sql::Value, 2> parameters = {user_value(user), user_value(user)};
    connection
        .query({"select_permissions", select_permissions_}, parameters, [&](const sql::Row& row) {
            std::string permission(row.text(0));
            permission += '.';
            permission += row.text(1);
            permissions.insert(std::move(permission));
        });
    return permissions;
}

void UserStore::delete_user(sql::Connection& connection, const UserId& user) const {
    SqlText messages(connection);
    messages << "SELECT m.id FROM drf_messages_message m WHERE m.user_id = ";
    messages.bind(user).for_update();
    delete_messages_by_id(connection, select_ids(connection, messages, "select_messages_of_user"));
    const std::array<sql::Value, 1> parameters = {user_value(user)};
    // A Django site need not have tokens, nor an admin.
    if (has_table(connection, "authtoken_token")) {
        connection.execute(delete_token_of_user, parameters);
    }
    if (has_table(connection, "django_admin_log")) {
        connection.execute(delete_log_of_user, parameters);
    }
    if (table_.has_permissions) {
        connection.execute({"delete_permissions", delete_permissions_}, parameters);
        connection.execute({"delete_groups", delete_groups_}, parameters);
    }
    connection.execute({"delete_user", delete_user_}, parameters);
}

UserStore find_user_store(sql::Connection& connection, const Settings& settings) {
    return {find_user_table(connection, settings), connection.dialect()};
}

} // namespace drf_messages::store
