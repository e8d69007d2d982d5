// SPDX-License-Identifier: MIT
#include "store/session_messages.hpp"

#include "store/message_columns.hpp"
#include "store/message_deletion.hpp"
#include "store/sql_text.hpp"

#include <unordered_set>
#include <vector>

namespace drf_messages::store {

void delete_messages_of_session_keys(
    sql::Connection& connection, std::span<const std::string> session_keys
) {
    const std::vector<sql::Value> keys(session_keys.begin(), session_keys.end());
    const std::unordered_set<std::string_view> wanted(session_keys.begin(), session_keys.end());
    in_batches(keys, [&](std::span<const sql::Value> some) {
        SqlText sql(connection);
        sql << "SELECT m.id, m.session_key FROM drf_messages_message m WHERE m.session_key IN ";
        sql.in_list(some).for_update();
        std::vector<sql::Value> ids;
        connection.query(
            sql.statement("select_messages_of_session_keys"),
            sql.parameters(),
            [&](const sql::Row& row) {
                // On MariaDB another session's key could differ only in case.
                const std::string_view key = row.text(1);
                if (wanted.contains(key)) {
                    ids.emplace_back(row.integer(0));
                }
            }
        );
        delete_messages_by_id(connection, ids);
    });
}

void move_messages_of_session(
    sql::Connection& connection, std::string_view from, std::string_view to, bool in_table
) {
    SqlText by_key(connection);
    by_key << "UPDATE drf_messages_message SET session_key = ";
    by_key.bind(to) << " WHERE ";
    by_key.exactly(message_table, "session_key", from);
    connection.execute(by_key.statement("move_messages_of_session_key"), by_key.parameters());
    if (!in_table) {
        return;
    }
    SqlText by_row(connection);
    by_row << "UPDATE drf_messages_message SET session_id = ";
    by_row.bind(to) << " WHERE ";
    by_row.exactly(message_table, "session_id", from);
    connection.execute(by_row.statement("move_messages_of_session"), by_row.parameters());
}

} // namespace drf_messages::store
