// SPDX-License-Identifier: MIT
#include "store/content_summary.hpp"

#include "store/sql_text.hpp"
#include "store/user_table.hpp"

namespace drf_messages::store {
namespace {

constexpr sql::Statement summarize_messages = {
    "summarize_messages", "SELECT COUNT(*), MAX(m.created) FROM drf_messages_message m"};

} // namespace

ContentSummary summarize_content(sql::Connection& connection, const Settings& settings) {
    ContentSummary summary;
    connection.query(summarize_messages, {}, [&](const sql::Row& row) {
        summary.messages = row.integer(0);
        if (!row.is_null(1)) {
            summary.newest = row.nearest_timestamp(1);
        }
    });
    SqlText users(connection);
    users << "SELECT COUNT(*) FROM "
          << quoted_name(user_table_name(settings), connection.dialect());
    connection.query(users.statement("count_users"), {}, [&](const sql::Row& row) {
        summary.users = row.integer(0);
    });
    return summary;
}

} // namespace drf_messages::store
