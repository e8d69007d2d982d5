// SPDX-License-Identifier: MIT
#include "sql/sql_timestamp.hpp"
#include "store/message_deletion.hpp"
#include "store/message_row.hpp"
#include "store/message_sql.hpp"
#include "store/message_store.hpp"
#include "store/session_store.hpp"
#include "store/sql_text.hpp"

#include <array>
#include <chrono>
#include <limits>
#include <optional>
#include <string>
#include <variant>

namespace drf_messages::store {
namespace {

constexpr sql::Statement insert_message_row = {
    "insert_message",
    "INSERT INTO drf_messages_message"
    " (user_id, session_id, session_key, view, message, level, read_at, created)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"};

constexpr std::string_view insert_tag_rows =
    "INSERT INTO drf_messages_messagetag (message_id, text) VALUES ";
constexpr std::size_t tags_at_once = 8;
constexpr std::int64_t selected_at_once = 10'000;

/// As many rows as there may be, so not all of their ids at once.
std::int64_t delete_of_everybody(
    sql::Connection& connection, const MessageScope& scope, const Condition& where
) {
    std::int64_t deleted = 0;
    std::int64_t behind = std::numeric_limits<std::int64_t>::min();
    for (;;) {
        SqlText sql(connection);
        MessageSql message(sql, std::nullopt);
        sql << "SELECT m.id FROM drf_messages_message m WHERE ";
        message.scope(scope);
        message.and_condition(where);
        sql << " AND m.id > ";
        sql.bind(behind) << " ORDER BY m.id LIMIT ";
        sql.bind(selected_at_once).for_update();
        const std::vector<sql::Value> ids =
            select_ids(connection, sql, "select_messages_to_delete");
        deleted += delete_messages_by_id(connection, ids);
        if (static_cast<std::int64_t>(ids.size()) < selected_at_once) {
            return deleted;
        }
        behind = std::get<std::int64_t>(ids.back());
    }
}

void select_created_before(SqlText& sql, Timestamp before, bool only_read) {
    sql << " FROM drf_messages_message m WHERE m.created < ";
    sql.bind(before) << (only_read ? " AND m.read_at IS NOT NULL" : "");
}

} // namespace

MessageId insert_message(sql::Connection& connection, const NewMessage& message) {
    const sql::Value session_key =
        message.session_key ? sql::Value(std::string_view(*message.session_key)) : sql::Value();
    const bool in_table = message.session_in_table && message.session_key &&
                          session_exists(connection, *message.session_key);
    const std::array<sql::Value, 8> row = {
        user_value(message.user),
        in_table ? session_key : sql::Value(),
        session_key,
        message.view,
        message.message,
        std::int64_t{message.level},
        message.read_at ? sql::Value(*message.read_at) : sql::Value(),
        message.created};
    const MessageId id{connection.insert(insert_message_row, row)};
    insert_tags(connection, id, message.extra_tags);
    return id;
}

void insert_tags(
    sql::Connection& connection, MessageId message, std::span<const std::string> tags
) {
    while (!tags.empty()) {
        // Eight or one, so that two texts serve every number of tags.
        const std::size_t size = tags.size() >= tags_at_once ? tags_at_once : 1;
        SqlText sql(connection);
        sql << insert_tag_rows;
        for (std::size_t i = 0; i < size; ++i) {
            sql << (i == 0 ? "(" : ", (");
            sql.bind(message.value) << ", ";
            sql.bind(std::string_view(tags[i])) << ")";
        }
        connection.execute(sql.statement("insert_tags"), sql.parameters());
        tags = tags.subspan(size);
    }
}

std::vector<MessageTag> select_tags(sql::Connection& connection, MessageId message) {
    constexpr sql::Statement select = {
        "select_tags",
        "SELECT id, text FROM drf_messages_messagetag WHERE message_id = ? ORDER BY id"};
    const std::array<sql::Value, 1> parameters = {message.value};
    std::vector<MessageTag> tags;
    connection.query(select, parameters, [&](const sql::Row& row) {
        tags.push_back({{row.integer(0)}, message, std::string(row.text(1))});
    });
    return tags;
}

std::vector<sql::Value>
select_ids(sql::Connection& connection, const SqlText& sql, std::string_view name) {
    std::vector<sql::Value> ids;
    connection.query(sql.statement(name), sql.parameters(), [&ids](const sql::Row& row) {
        ids.emplace_back(row.integer(0));
    });
    return ids;
}

std::int64_t delete_messages_by_id(sql::Connection& connection, std::span<const sql::Value> ids) {
    std::int64_t deleted = 0;
    const std::size_t at_once = ids_at_once(connection.dialect());
    in_batches(ids, at_once, [&](std::span<const sql::Value> batch) {
        SqlText tags(connection);
        tags << "DELETE FROM drf_messages_messagetag";
        tags.where_id(" USING ", "message_id", batch);
        connection.execute(tags.statement("delete_tags_of_messages"), tags.parameters());

        SqlText messages(connection);
        messages << "DELETE FROM drf_messages_message";
        messages.where_id(" USING ", "id", batch);
        deleted += connection.execute(messages.statement("delete_messages"), messages.parameters());
    });
    return deleted;
}

std::optional<bool> lock_message(
    sql::Connection& connection, const MessageScope& scope, MessageId id, const Condition& where
) {
    SqlText sql(connection);
    MessageSql message(sql, std::nullopt);
    sql << "SELECT m.read_at FROM drf_messages_message m WHERE m.id = ";
    sql.bind(id.value) << " AND ";
    message.scope(scope);
    message.and_condition(where);
    sql.for_update();
    return sql::query_one(
        connection,
        sql.statement("lock_message"),
        sql.parameters(),
        [](const sql::Row& row) { return !row.is_null(0); }
    );
}

void delete_message(sql::Connection& connection, MessageId id) {
    const std::array<sql::Value, 1> ids = {id.value};
    delete_messages_by_id(connection, ids);
}

std::int64_t
delete_messages(sql::Connection& connection, const MessageScope& scope, const Condition& where) {
    if (scope.everybody) {
        return delete_of_everybody(connection, scope, where);
    }
    SqlText sql(connection);
    MessageSql message(sql, std::nullopt);
    sql << "SELECT m.id FROM drf_messages_message m WHERE ";
    message.scope(scope);
    message.and_condition(where);
    sql.for_update();
    return delete_messages_by_id(
        connection, select_ids(connection, sql, "select_messages_to_delete")
    );
}

std::int64_t
delete_old_messages(sql::Connection& connection, OldMessages& messages, std::int64_t batch) {
    SqlText sql(connection);
    sql << "SELECT m.id, m.created";
    select_created_before(sql, messages.before, messages.only_read);
    if (messages.from) {
        sql << " AND m.created >= ";
        sql.bind(*messages.from);
    }
    sql << " ORDER BY m.created, m.id LIMIT ";
    sql.bind(batch).for_update();
    std::vector<sql::Value> ids;
    connection
        .query(sql.statement("select_old_messages"), sql.parameters(), [&](const sql::Row& row) {
            ids.emplace_back(row.integer(0));
            // A date alone is sorted before its midnight. Where the last one is no time, or one
            // before all of ours, the next batch starts from the beginning.
            const auto moment = readable_moment(row, 1);
            messages.from = moment && *moment > sql::first_moment
                                ? std::optional(*moment - std::chrono::microseconds(1))
                                : std::nullopt;
        });
    return delete_messages_by_id(connection, ids);
}

std::int64_t count_old_messages(sql::Connection& connection, Timestamp before, bool only_read) {
    SqlText sql(connection);
    sql << "SELECT COUNT(*)";
    select_created_before(sql, before, only_read);
    const auto count = sql::query_one(
        connection,
        sql.statement("count_old_messages"),
        sql.parameters(),
        [](const sql::Row& row) { return row.integer(0); }
    );
    return count.value_or(0);
}

} // namespace drf_messages::store
