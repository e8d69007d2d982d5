// SPDX-License-Identifier: MIT
#include "store/admin_messages.hpp"

#include "store/message_deletion.hpp"
#include "store/message_sql.hpp"
#include "store/sql_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <utility>

namespace drf_messages::store {
namespace {

constexpr sql::Statement update_message_row = {
    "update_message",
    "UPDATE drf_messages_message SET user_id = ?, session_key = ?, view = ?, message = ?,"
    " level = ?, read_at = ? WHERE id = ?"};
constexpr sql::Statement update_tag_row = {
    "update_tag", "UPDATE drf_messages_messagetag SET text = ? WHERE id = ? AND message_id = ?"};
constexpr sql::Statement delete_tag_row = {
    "delete_tag", "DELETE FROM drf_messages_messagetag WHERE id = ? AND message_id = ?"};
constexpr sql::Statement select_tag_id = {
    "select_tag", "SELECT id FROM drf_messages_messagetag WHERE id = ?"};
constexpr sql::Statement select_last_id = {
    "select_last_message", "SELECT COALESCE(MAX(id), 0) FROM drf_messages_message"};

sql::Value optional_value(const std::optional<std::string>& text) {
    return text ? sql::Value(std::string_view(*text)) : sql::Value();
}

sql::Value optional_value(const std::optional<Timestamp>& moment) {
    return moment ? sql::Value(*moment) : sql::Value();
}

std::vector<sql::Value> id_values(std::span<const MessageId> ids) {
    std::vector<sql::Value> values;
    values.reserve(ids.size());
    std::transform(ids.begin(), ids.end(), std::back_inserter(values), [](MessageId id) {
        return sql::Value(id.value);
    });
    return values;
}

} // namespace

MessageScope everybodys_messages(const UserStore& users) {
    MessageScope scope;
    scope.everybody = true;
    scope.text_keys = users.table().has_text_keys();
    return scope;
}

Condition with_ids(std::span<const MessageId> ids) {
    std::vector<FieldValue> values;
    values.reserve(ids.size());
    for (const MessageId id : ids) {
        values.emplace_back(id.value);
    }
    return Condition::in(Field::id, std::move(values));
}

MessageId
insert_message_fields(sql::Connection& connection, const MessageFields& fields, Timestamp created) {
    NewMessage message;
    message.user = fields.user;
    message.session_key = fields.session_key;
    message.view = fields.view;
    message.message = fields.message;
    message.level = fields.level;
    message.created = created;
    message.read_at = fields.read_at;
    return insert_message(connection, message);
}

bool update_message_fields(sql::Connection& connection, MessageId id, const MessageFields& fields) {
    const std::array<sql::Value, 7> row = {
        user_value(fields.user),
        optional_value(fields.session_key),
        std::string_view(fields.view),
        std::string_view(fields.message),
        std::int64_t{fields.level},
        optional_value(fields.read_at),
        id.value};
    return connection.execute(update_message_row, row) > 0;
}

std::optional<Message>
select_any_message(sql::Connection& connection, const UserStore& users, MessageId id) {
    return select_message(connection, everybodys_messages(users), id, {});
}

std::optional<Message>
lock_any_message(sql::Connection& connection, const UserStore& users, MessageId id) {
    return lock_message(connection, everybodys_messages(users), id, {})
               ? select_any_message(connection, users, id)
               : std::nullopt;
}

bool update_tag(
    sql::Connection& connection, MessageId message, MessageTagId tag, std::string_view text
) {
    const std::array<sql::Value, 3> row = {text, tag.value, message.value};
    return connection.execute(update_tag_row, row) > 0;
}

bool delete_tag(sql::Connection& connection, MessageId message, MessageTagId tag) {
    const std::array<sql::Value, 2> row = {tag.value, message.value};
    return connection.execute(delete_tag_row, row) > 0;
}

bool has_tag(sql::Connection& connection, MessageTagId tag) {
    const std::array<sql::Value, 1> id = {tag.value};
    bool found = false;
    connection.query(select_tag_id, id, [&](const sql::Row&) { found = true; });
    return found;
}

MessageBatch select_batch(
    sql::Connection& connection,
    const Condition& where,
    MessageId after,
    MessageId through,
    int most
) {
    SqlText sql(connection);
    MessageSql message(sql, std::nullopt);
    sql << "SELECT m.id, m.message FROM drf_messages_message m WHERE m.id > ";
    sql.bind(after.value) << " AND m.id <= ";
    sql.bind(through.value);
    message.and_condition(where);
    sql << " ORDER BY m.id LIMIT ";
    sql.bind(std::int64_t{most} + 1);
    MessageBatch batch;
    connection.query(sql.statement("select_batch"), sql.parameters(), [&](const sql::Row& row) {
        batch.messages.emplace_back(MessageId{row.integer(0)}, row.text(1));
    });
    batch.more = batch.messages.size() > static_cast<std::size_t>(most);
    if (batch.more) {
        batch.messages.pop_back();
    }
    return batch;
}

std::vector<std::pair<MessageId, std::string>> lock_batch(
    sql::Connection& connection, const Condition& where, std::span<const MessageId> messages
) {
    const Condition fitting = where && with_ids(messages);
    SqlText sql(connection);
    MessageSql message(sql, std::nullopt);
    sql << "SELECT m.id, m.message FROM drf_messages_message m WHERE " << always_true;
    message.and_condition(fitting);
    sql << " ORDER BY m.id";
    sql.for_update();
    std::vector<std::pair<MessageId, std::string>> locked;
    connection.query(sql.statement("lock_batch"), sql.parameters(), [&](const sql::Row& row) {
        locked.emplace_back(MessageId{row.integer(0)}, row.text(1));
    });
    return locked;
}

MessageId last_message_id(sql::Connection& connection) {
    const auto read = [](const sql::Row& row) { return MessageId{row.integer(0)}; };
    return sql::query_one(connection, select_last_id, {}, read).value();
}

std::int64_t count_tags(sql::Connection& connection, std::span<const MessageId> messages) {
    std::int64_t count = 0;
    const std::size_t at_once = ids_at_once(connection.dialect());
    in_batches(id_values(messages), at_once, [&](std::span<const sql::Value> batch) {
        SqlText sql(connection);
        sql << "SELECT COUNT(*) FROM drf_messages_messagetag";
        sql.where_id(", ", "message_id", batch);
        const auto read = [](const sql::Row& row) { return row.integer(0); };
        count +=
            sql::query_one(connection, sql.statement("count_tags"), sql.parameters(), read).value();
    });
    return count;
}

std::int64_t
delete_messages_by_id(sql::Connection& connection, std::span<const MessageId> messages) {
    return delete_messages_by_id(connection, id_values(messages));
}

std::int64_t set_read_at(
    sql::Connection& connection,
    std::span<const MessageId> messages,
    std::optional<Timestamp> read_at
) {
    if (read_at) {
        MessageScope everybody;
        everybody.everybody = true;
        return mark_read(connection, everybody, messages, *read_at);
    }
    std::int64_t changed = 0;
    const std::size_t at_once = ids_at_once(connection.dialect());
    in_batches(id_values(messages), at_once, [&](std::span<const sql::Value> batch) {
        SqlText sql(connection);
        sql << "UPDATE drf_messages_message AS m SET read_at = NULL";
        sql.where_id(" FROM ", "m.id", batch) << " AND m.read_at IS NOT NULL";
        changed += connection.execute(sql.statement("mark_unread"), sql.parameters());
    });
    return changed;
}

} // namespace drf_messages::store
