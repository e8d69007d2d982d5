// SPDX-License-Identifier: MIT
#include "store/session_store.hpp"

#include "sql/error.hpp"
#include "store/message_columns.hpp"
#include "store/message_deletion.hpp"
#include "store/sql_text.hpp"

#include <array>
#include <vector>

namespace drf_messages::store {
namespace {

constexpr std::string_view session_table = "django_session";

constexpr sql::Statement select_session_row = {
    "select_session",
    "SELECT s.session_key, s.session_data FROM django_session s"
    " WHERE s.session_key = ? AND s.expire_date > ?"};

constexpr sql::Statement select_session_and_expiry = {
    "select_stored_session",
    "SELECT s.session_key, s.session_data, s.expire_date FROM django_session s"
    " WHERE s.session_key = ? AND s.expire_date > ?"};

constexpr sql::Statement select_session_key = {
    "session_exists", "SELECT s.session_key FROM django_session s WHERE s.session_key = ?"};

constexpr sql::Statement insert_session_row = {
    "insert_session",
    "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (?, ?, ?)"};

constexpr sql::Statement count_expired = {
    "count_expired_sessions", "SELECT COUNT(*) FROM django_session s WHERE s.expire_date < ?"};

/// Anybody can send any key.
bool can_be_key(sql::Connection& connection, std::string_view session_key) {
    return connection.can_hold(session_table, "session_key", session_key);
}

/// Deletes the messages that carry the foreign key of a session, whoever their user.
void delete_messages_of(sql::Connection& connection, std::span<const sql::Value> session_keys) {
    SqlText sql(connection);
    sql << "SELECT m.id FROM drf_messages_message m WHERE m.session_id IN ";
    sql.in_list(session_keys).for_update();
    delete_messages_by_id(connection, select_ids(connection, sql, "select_messages_of_sessions"));
}

} // namespace

std::optional<std::string>
select_session(sql::Connection& connection, std::string_view session_key, Timestamp now) {
    std::optional<std::string> data;
    if (!can_be_key(connection, session_key)) {
        return data;
    }
    const std::array<sql::Value, 2> parameters = {session_key, now};
    connection.query(select_session_row, parameters, [&](const sql::Row& row) {
        if (row.text(0) == session_key) {
            data = row.text(1);
        }
    });
    return data;
}

std::optional<StoredSession>
select_stored_session(sql::Connection& connection, std::string_view session_key, Timestamp now) {
    std::optional<StoredSession> stored;
    if (!can_be_key(connection, session_key)) {
        return stored;
    }
    const std::array<sql::Value, 2> parameters = {session_key, now};
    connection.query(select_session_and_expiry, parameters, [&](const sql::Row& row) {
        if (row.text(0) == session_key) {
            stored = StoredSession{std::string(row.text(1)), row.nearest_timestamp(2)};
        }
    });
    return stored;
}

bool session_exists(sql::Connection& connection, std::string_view session_key) {
    if (!can_be_key(connection, session_key)) {
        return false;
    }
    const std::array<sql::Value, 1> parameters = {session_key};
    bool exists = false;
    connection.query(select_session_key, parameters, [&](const sql::Row& row) {
        exists = row.text(0) == session_key;
    });
    return exists;
}

bool insert_session(
    sql::Connection& connection,
    std::string_view session_key,
    std::string_view session_data,
    Timestamp expire_date
) {
    const std::array<sql::Value, 3> parameters = {session_key, session_data, expire_date};
    try {
        connection.execute(insert_session_row, parameters);
    } catch (const sql::Error& error) {
        if (error.kind() != sql::ErrorKind::constraint) {
            throw;
        }
        return false;
    }
    return true;
}

bool update_session(
    sql::Connection& connection,
    std::string_view session_key,
    std::string_view session_data,
    Timestamp expire_date
) {
    SqlText sql(connection);
    sql << "UPDATE django_session SET session_data = ";
    sql.bind(session_data) << ", expire_date = ";
    sql.bind(expire_date) << " WHERE ";
    sql.exactly(session_table, "session_key", session_key);
    return connection.execute(sql.statement("update_session"), sql.parameters()) > 0;
}

bool update_session_expiry(
    sql::Connection& connection, std::string_view session_key, Timestamp expire_date
) {
    SqlText sql(connection);
    sql << "UPDATE django_session SET expire_date = ";
    sql.bind(expire_date) << " WHERE ";
    sql.exactly(session_table, "session_key", session_key);
    return connection.execute(sql.statement("update_session_expiry"), sql.parameters()) > 0;
}

void delete_session(sql::Connection& connection, std::string_view session_key) {
    // Exactly this key: on MariaDB another session's could differ only in case.
    SqlText messages(connection);
    messages << "SELECT m.id FROM drf_messages_message m WHERE ";
    messages.exactly(message_table, "m.session_id", session_key).for_update();
    delete_messages_by_id(
        connection, select_ids(connection, messages, "select_messages_of_session")
    );
    SqlText sql(connection);
    sql << "DELETE FROM django_session WHERE ";
    sql.exactly(session_table, "session_key", session_key);
    connection.execute(sql.statement("delete_session"), sql.parameters());
}

std::int64_t
delete_expired_sessions(sql::Connection& connection, Timestamp now, std::int64_t batch) {
    SqlText expired(connection);
    expired << "SELECT s.session_key FROM django_session s WHERE s.expire_date < ";
    expired.bind(now) << " ORDER BY s.expire_date, s.session_key LIMIT ";
    expired.bind(batch).for_update();
    std::vector<std::string> keys;
    connection.query(
        expired.statement("select_expired_sessions"),
        expired.parameters(),
        [&keys](const sql::Row& row) { keys.emplace_back(row.text(0)); }
    );

    const std::vector<sql::Value> values(keys.begin(), keys.end());
    std::int64_t deleted = 0;
    in_batches(values, [&](std::span<const sql::Value> some) {
        delete_messages_of(connection, some);
        SqlText sql(connection);
        sql << "DELETE FROM django_session WHERE session_key IN ";
        sql.in_list(some);
        deleted += connection.execute(sql.statement("delete_sessions"), sql.parameters());
    });
    return deleted;
}

std::int64_t count_expired_sessions(sql::Connection& connection, Timestamp now) {
    const std::array<sql::Value, 1> parameters = {now};
    const auto count =
        sql::query_one(connection, count_expired, parameters, [](const sql::Row& row) {
            return row.integer(0);
        });
    return count.value_or(0);
}

} // namespace drf_messages::store
