// SPDX-License-Identifier: MIT
#include "store/admin_log.hpp"

#include "store/message_row.hpp"
#include "store/sql_text.hpp"
#include "text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>

namespace drf_messages::store {
namespace {

constexpr std::size_t object_repr_max_length = 200; // in characters

/// Few numbers of rows in one statement, so that few texts serve every number of entries.
constexpr std::size_t rows_at_once[] = {64, 8, 1};

/// How many of a user's newest entries are put into the order of their times, which is nearly
/// always that of their ids.
constexpr int reordered = 1000;

/// Tells locks on the log from other advisory locks of PostgreSQL, as far as one can.
constexpr std::string_view log_lock_space = "72309147";

constexpr sql::Statement select_last_id = {
    "select_last_log_entry", "SELECT COALESCE(MAX(id), 0) FROM django_admin_log"};
constexpr sql::Statement select_change_message = {
    "select_change_message",
    "SELECT change_message FROM django_admin_log WHERE user_id = ? AND content_type_id = ?"
    " AND id > ? AND change_message LIKE ? ORDER BY id DESC LIMIT 1"};

constexpr std::string_view entry_columns =
    "l.action_time, l.user_id, l.object_id, l.object_repr, l.action_flag, l.change_message";

constexpr sql::Statement select_content_type = {
    "select_content_type",
    "SELECT id FROM django_content_type WHERE app_label = 'drf_messages' AND model = 'message'"};

/// None where another one has just been faster: no error, which would end a transaction of
/// PostgreSQL.
sql::Statement insert_content_type(sql::Dialect dialect) {
    return dialect == sql::Dialect::mariadb
               ? sql::Statement{
                     "insert_content_type",
                     "INSERT IGNORE INTO django_content_type (app_label, model)"
                     " VALUES ('drf_messages', 'message')"}
               : sql::Statement{
                     "insert_content_type",
                     "INSERT INTO django_content_type (app_label, model)"
                     " VALUES ('drf_messages', 'message') ON CONFLICT DO NOTHING"};
}

std::optional<std::int64_t> content_type(sql::Connection& connection) {
    return sql::query_one(connection, select_content_type, {}, [](const sql::Row& row) {
        return row.integer(0);
    });
}

/// Django: ContentTypeManager.get_for_model.
std::int64_t get_or_insert_content_type(sql::Connection& connection) {
    if (const auto id = content_type(connection)) {
        return *id;
    }
    connection.execute(insert_content_type(connection.dialect()));
    return content_type(connection).value();
}

void insert_rows(
    sql::Connection& connection, std::int64_t content_type, std::span<const AdminLogEntry> entries
) {
    SqlText sql(connection);
    sql << "INSERT INTO django_admin_log (action_time, user_id, content_type_id, object_id,"
           " object_repr, action_flag, change_message) VALUES ";
    const char* separator = "(";
    for (const AdminLogEntry& entry : entries) {
        sql << separator;
        separator = ", (";
        sql.bind(entry.action_time) << ", ";
        sql.bind(entry.user) << ", ";
        sql.bind(content_type) << ", ";
        sql.bind(std::string_view(entry.object_id)) << ", ";
        sql.bind(text::utf8_prefix(entry.object_repr, object_repr_max_length)) << ", ";
        sql.bind(static_cast<std::int64_t>(entry.action)) << ", ";
        sql.bind(std::string_view(entry.change_message)) << ")";
    }
    connection.execute(sql.statement("insert_admin_log"), sql.parameters());
}

AdminLogEntry read_entry(const sql::Row& row, const UserStore& users) {
    AdminLogEntry entry;
    const auto moment = readable_moment(row, 0);
    entry.action_time = moment ? *moment : row.nearest_timestamp(0);
    entry.user = user_of(row, 1, users.table().has_text_keys());
    entry.object_id = row.is_null(2) ? std::string_view() : row.text(2);
    entry.object_repr = row.text(3);
    entry.action = static_cast<AdminAction>(row.integer(4));
    entry.change_message = row.text(5);
    return entry;
}

} // namespace

void insert_admin_log(sql::Connection& connection, const AdminLogEntry& entry) {
    insert_admin_log(connection, std::span(&entry, 1));
}

void insert_admin_log(sql::Connection& connection, std::span<const AdminLogEntry> entries) {
    if (entries.empty()) {
        return;
    }
    const std::int64_t id = get_or_insert_content_type(connection);
    for (const std::size_t size : rows_at_once) {
        for (; entries.size() >= size; entries = entries.subspan(size)) {
            insert_rows(connection, id, entries.first(size));
        }
    }
}

std::vector<ShownLogEntry> select_admin_log(
    sql::Connection& connection, const UserStore& users, std::string_view object_id, int most
) {
    std::vector<ShownLogEntry> entries;
    const auto id = content_type(connection);
    if (!id) {
        return entries;
    }
    const sql::Dialect dialect = connection.dialect();
    const UserTable& table = users.table();
    const std::string text = fmt::format(
        "SELECT {}, u.{} FROM django_admin_log l JOIN {} u ON u.{} = l.user_id"
        " WHERE l.content_type_id = ? AND l.object_id = ?"
        " ORDER BY l.action_time DESC, l.id DESC LIMIT ?",
        entry_columns,
        quoted_name(table.username_field, dialect),
        quoted_name(table.name, dialect),
        quoted_name(table.primary_key, dialect)
    );
    const std::array<sql::Value, 3> parameters = {*id, object_id, std::int64_t{most}};
    connection.query({"select_admin_log", text}, parameters, [&](const sql::Row& row) {
        entries.push_back(
            {read_entry(row, users), std::string(row.is_null(6) ? std::string_view() : row.text(6))}
        );
    });
    std::reverse(entries.begin(), entries.end());
    return entries;
}

std::vector<AdminLogEntry> select_recent_actions(
    sql::Connection& connection, const UserStore& users, const UserId& user, int most
) {
    std::vector<AdminLogEntry> entries;
    const auto id = content_type(connection);
    if (!id) {
        return entries;
    }
    const std::string text = fmt::format(
        "SELECT {0} FROM (SELECT {0}, l.id FROM django_admin_log l"
        " WHERE l.user_id = ? AND l.content_type_id = ? ORDER BY l.id DESC LIMIT ?) l"
        " ORDER BY l.action_time DESC, l.id DESC LIMIT ?",
        entry_columns
    );
    const std::array<sql::Value, 4> parameters = {
        user_value(user), *id, std::int64_t{reordered}, std::int64_t{most}};
    connection.query({"select_recent_actions", text}, parameters, [&](const sql::Row& row) {
        entries.push_back(read_entry(row, users));
    });
    return entries;
}

void lock_admin_log_of(sql::Connection& connection, const UserStore& users, const UserId& user) {
    SqlText sql(connection);
    switch (connection.dialect()) {
    case sql::Dialect::sqlite:
        return; // a transaction holds the only write lock already
    case sql::Dialect::postgresql:
        // No row: one of the user's would have to be one that the account may change.
        sql << "SELECT pg_advisory_xact_lock(" << log_lock_space << ", hashtext(";
        sql.bind_owned(users.table().key_text(user)) << "))";
        break;
    case sql::Dialect::mariadb: {
        const std::string key = quoted_name(users.table().primary_key, connection.dialect());
        sql << "SELECT " << key << " FROM " << quoted_name(users.table().name, connection.dialect())
            << " WHERE " << key << " = ";
        sql.bind(user).for_update();
        break;
    }
    }
    connection.query(sql.statement("lock_admin_log"), sql.parameters(), [](const sql::Row&) {});
}

std::int64_t last_admin_log_id(sql::Connection& connection) {
    const auto read = [](const sql::Row& row) { return row.integer(0); };
    return sql::query_one(connection, select_last_id, {}, read).value();
}

std::optional<std::string> select_change_message_with(
    sql::Connection& connection, const UserId& user, std::int64_t behind, std::string_view text
) {
    const auto id = content_type(connection);
    if (!id) {
        return std::nullopt;
    }
    const std::string pattern = fmt::format("%{}%", text);
    const std::array<sql::Value, 4> parameters = {
        user_value(user), *id, behind, std::string_view(pattern)};
    return sql::query_one(connection, select_change_message, parameters, [](const sql::Row& row) {
        return std::string(row.text(0));
    });
}

} // namespace drf_messages::store
