// SPDX-License-Identifier: MIT
#include "schema/migrations/migration_sql.hpp"

namespace drf_messages::schema {
namespace {

// For peek (unread ones of a user, by level), for the list (newest first), and for deleting a
// session with its messages. Django neither knows nor needs them. Equal times go by rising id, the
// order in which Django gets them on SQLite without these indexes, so that they change no answer of
// its.
constexpr Index indexes[] = {
    {"drf_messages_server_message_unread", "user_id, read_at, level"},
    {"drf_messages_server_message_newest", "user_id, created DESC, id"},
    {"drf_messages_server_message_session_key", "session_key"},
};

} // namespace

std::span<const Index> drf_messages_server_0001_indexes() {
    return indexes;
}

} // namespace drf_messages::schema
