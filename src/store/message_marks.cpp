// SPDX-License-Identifier: MIT
#include "store/message_deletion.hpp"
#include "store/message_sql.hpp"
#include "store/message_store.hpp"
#include "store/sql_text.hpp"

#include <algorithm>
#include <iterator>

namespace drf_messages::store {
namespace {

std::vector<sql::Value> values_of(std::span<const MessageId> ids) {
    std::vector<sql::Value> values;
    values.reserve(ids.size());
    std::transform(ids.begin(), ids.end(), std::back_inserter(values), [](MessageId id) {
        return sql::Value(id.value);
    });
    return values;
}

/// What a message must be, to become what it is to be.
std::string_view is_otherwise(bool read) {
    return read ? "m.read_at IS NULL" : "m.read_at IS NOT NULL";
}

/// - read_at: absent: unread again.
std::int64_t set_read_at(
    sql::Connection& connection,
    const MessageScope& scope,
    std::span<const MessageId> ids,
    std::optional<Timestamp> read_at
) {
    std::int64_t marked = 0;
    const std::vector<sql::Value> values = values_of(ids);
    const std::size_t at_once = ids_at_once(connection.dialect());
    in_batches(values, at_once, [&](std::span<const sql::Value> batch) {
        SqlText sql(connection);
        MessageSql message(sql, std::nullopt);
        sql << "UPDATE drf_messages_message AS m SET read_at = ";
        if (read_at) {
            sql.bind(*read_at);
        } else {
            sql << "NULL";
        }
        sql.where_id(" FROM ", "m.id", batch);
        // In a CASE, so that a database without statistics does not rather read everything that the
        // user has not read, once for each batch.
        sql << " AND CASE WHEN " << is_otherwise(read_at.has_value()) << " AND ";
        message.scope(scope);
        sql << " THEN TRUE END";
        marked += connection.execute(
            sql.statement(read_at ? "mark_read" : "mark_unread", sharing_of(batch.size())),
            sql.parameters()
        );
    });
    return marked;
}

/// Those that would change.
SqlText& select_otherwise(MessageSql& message, std::string_view among) {
    return message.text() << "SELECT m.id FROM drf_messages_message m WHERE " << among;
}

std::vector<MessageId>
found_ids(sql::Connection& connection, const SqlText& sql, std::string_view name) {
    std::vector<MessageId> found;
    connection.query(sql.statement(name), sql.parameters(), [&](const sql::Row& row) {
        found.push_back({row.integer(0)});
    });
    return found;
}

/// As the UPDATE that follows locks them: on PostgreSQL a new tag of a message, whose foreign key
/// asks for the message, does not wait for it, nor it for the tag.
void lock(SqlText& sql) {
    if (sql.dialect() == sql::Dialect::postgresql) {
        sql << " FOR NO KEY UPDATE";
    } else {
        sql.for_update();
    }
}

/// - locks: so that nobody else can change them until the end of the transaction.
std::vector<MessageId> select_to_mark(
    sql::Connection& connection,
    const MessageScope& scope,
    const Condition& where,
    bool read,
    bool locks
) {
    SqlText sql(connection);
    MessageSql message(sql, std::nullopt);
    select_otherwise(message, "");
    message.scope(scope);
    sql << " AND " << is_otherwise(read);
    message.and_condition(where);
    // Whoever locks the same rows does it in the same order.
    sql << " ORDER BY m.id";
    if (locks) {
        lock(sql);
    }
    return found_ids(connection, sql, "select_messages_to_mark");
}

/// - ids: rising.
std::vector<MessageId> lock_among(
    sql::Connection& connection,
    const MessageScope& scope,
    const Condition& where,
    bool read,
    std::span<const MessageId> ids
) {
    std::vector<MessageId> all;
    in_batches(values_of(ids), [&](std::span<const sql::Value> batch) {
        SqlText sql(connection);
        MessageSql message(sql, std::nullopt);
        select_otherwise(message, "m.id IN ").in_list(batch);
        // In a CASE for the reason of set_read_at().
        sql << " AND CASE WHEN " << is_otherwise(read) << " AND ";
        message.scope(scope);
        sql << " THEN TRUE END";
        message.and_condition(where);
        sql << " ORDER BY m.id";
        lock(sql);
        const auto found = found_ids(connection, sql, "lock_messages_to_mark");
        all.insert(all.end(), found.begin(), found.end());
    });
    return all;
}

} // namespace

std::int64_t mark_read(
    sql::Connection& connection,
    const MessageScope& scope,
    std::span<const MessageId> ids,
    Timestamp now
) {
    return set_read_at(connection, scope, ids, now);
}

std::int64_t mark_unread(
    sql::Connection& connection, const MessageScope& scope, std::span<const MessageId> ids
) {
    return set_read_at(connection, scope, ids, std::nullopt);
}

std::int64_t mark_read(
    sql::Connection& connection, const MessageScope& scope, const Condition& where, Timestamp now
) {
    SqlText sql(connection);
    MessageSql message(sql, std::nullopt);
    sql << "UPDATE drf_messages_message AS m SET read_at = ";
    sql.bind(now) << " WHERE ";
    message.scope(scope);
    sql << " AND m.read_at IS NULL";
    message.and_condition(where);
    return connection.execute(sql.statement("mark_read_where"), sql.parameters());
}

std::int64_t
mark_unread(sql::Connection& connection, const MessageScope& scope, const Condition& where) {
    SqlText sql(connection);
    MessageSql message(sql, std::nullopt);
    sql << "UPDATE drf_messages_message AS m SET read_at = NULL WHERE ";
    message.scope(scope);
    sql << " AND m.read_at IS NOT NULL";
    message.and_condition(where);
    return connection.execute(sql.statement("mark_unread_where"), sql.parameters());
}

std::vector<MessageId> lock_messages_to_mark(
    sql::Connection& connection,
    const MessageScope& scope,
    const Condition& where,
    const std::optional<std::vector<MessageId>>& ids,
    bool read
) {
    if (ids) {
        std::vector<MessageId> wanted = *ids;
        std::sort(wanted.begin(), wanted.end());
        return lock_among(connection, scope, where, read, wanted);
    }
    // MariaDB would wait for whoever has stored a message that is not committed. What is locked by
    // its id has been.
    const bool at_once = connection.dialect() != sql::Dialect::mariadb;
    auto found = select_to_mark(connection, scope, where, read, at_once);
    return at_once ? found : lock_among(connection, scope, {}, read, found);
}

} // namespace drf_messages::store
