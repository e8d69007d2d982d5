// SPDX-License-Identifier: MIT
#include "schema/migrations/migration_sql.hpp"

namespace {

// For peek (unread ones of a user, by level), for the list (newest first), and for deleting a
// session with its messages. Django neither knows nor needs them. Equal times go by rising id, the
// order in which Django gets them on SQLite without these indexes, so that they change no answer of
// its.
constexpr drf_messages::schema::DialectSql change{
    .sqlite = R"sql(
CREATE INDEX "drf_messages_server_message_unread" ON "drf_messages_message" ("user_id", "read_at", "level");
CREATE INDEX "drf_messages_server_message_newest" ON "drf_messages_message" ("user_id", "created" DESC, "id");
CREATE INDEX "drf_messages_server_message_session_key" ON "drf_messages_message" ("session_key");
)sql",
    .postgresql = R"sql(
CREATE INDEX drf_messages_server_message_unread ON drf_messages_message (user_id, read_at, level);
CREATE INDEX drf_messages_server_message_newest ON drf_messages_message (user_id, created DESC, id);
CREATE INDEX drf_messages_server_message_session_key ON drf_messages_message (session_key);
)sql",
    .mariadb = R"sql(
CREATE INDEX `drf_messages_server_message_unread` ON `drf_messages_message` (`user_id`, `read_at`, `level`);
CREATE INDEX `drf_messages_server_message_newest` ON `drf_messages_message` (`user_id`, `created` DESC, `id`);
CREATE INDEX `drf_messages_server_message_session_key` ON `drf_messages_message` (`session_key`);
)sql"};

} // namespace

std::string drf_messages::schema::drf_messages_server_0001_indexes(sql::Dialect dialect) {
    return change.in(dialect);
}
