// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "store/user_store.hpp"

#include <drf_messages/ids.hpp>
#include <drf_messages/time.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::store {

/// Django: contrib/admin/models.py, LogEntry.action_flag.
enum class AdminAction { addition = 1, change = 2, deletion = 3 };

/// A row of django_admin_log on a message.
struct AdminLogEntry {
    Timestamp action_time;
    UserId user;
    std::string object_id;   ///< the message's, as text
    std::string object_repr; ///< its text, cut to 200 characters by insert_admin_log
    AdminAction action = AdminAction::addition;
    std::string change_message; ///< JSON, or empty
};

/// Writes one entry. Creates the content type of messages where it is missing. Run it in the
/// transaction of what it tells.
void insert_admin_log(sql::Connection& connection, const AdminLogEntry& entry);
/// The same for many, in as few statements as the database allows.
void insert_admin_log(sql::Connection& connection, std::span<const AdminLogEntry> entries);

/// An entry as a page shows it.
struct ShownLogEntry {
    AdminLogEntry entry;
    std::string user_name;
};

/// The entries on one message, oldest first. No index has the messages: where the log is long, run
/// it under a sql::StatementLimit.
/// - most: of the newest.
std::vector<ShownLogEntry> select_admin_log(
    sql::Connection& connection, const UserStore& users, std::string_view object_id, int most
);
/// What a user did last, newest first: on messages only.
std::vector<AdminLogEntry> select_recent_actions(
    sql::Connection& connection, const UserStore& users, const UserId& user, int most
);

/// From here to the end of the transaction nobody else is here for the same user. Call it first in
/// the transaction, so that it then sees what the others have written.
void lock_admin_log_of(sql::Connection& connection, const UserStore& users, const UserId& user);
/// The highest id there is, of whatever entry; 0 without entries.
std::int64_t last_admin_log_id(sql::Connection& connection);
/// The change_message of a user's newest entry on a message that has a text in it.
/// - behind: an id; only entries with higher ones are looked at.
/// - text: without characters that mean something to LIKE.
std::optional<std::string> select_change_message_with(
    sql::Connection& connection, const UserId& user, std::int64_t behind, std::string_view text
);

} // namespace drf_messages::store
