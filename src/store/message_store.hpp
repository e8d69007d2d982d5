// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.hpp"
#include "model/message_query.hpp"
#include "sql/connection.hpp"

#include <drf_messages/log.hpp>
#include <drf_messages/message.hpp>
#include <drf_messages/viewer.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::store {

/// Which rows belong to a viewer. Every statement about messages carries it, so nobody reaches
/// another user's rows.
struct MessageScope {
    UserId user;
    /// MESSAGES_USE_SESSIONS: only messages of `session_key`, and those without a session.
    bool by_session = false;
    std::optional<std::string> session_key;
    /// Every user's rows instead: for the public interface's housekeeping, never for a viewer.
    bool everybody = false;
    /// with `everybody`: the users' keys are text, as UserTable::key_kind says
    bool text_keys = false;
};

/// Absent for an anonymous viewer, who has no stored messages.
/// - Django: drf_messages/models.py, MessageManager.with_context; docs/differences.md says where we
///   differ (5).
std::optional<MessageScope> message_scope(const Viewer& viewer, bool messages_use_sessions);

/// A message about to be stored; validated by messages::check_message().
struct NewMessage {
    UserId user;
    std::optional<std::string> session_key;
    /// whether to set the foreign key too, when django_session has that key
    bool session_in_table = false;
    std::string_view view;
    std::string_view message;
    Level level = 0;
    Timestamp created;
    std::span<const std::string> extra_tags;
    std::optional<Timestamp> read_at = {};
};

/// Stores the message and its tags. Run it in a transaction. For a user who does not exist throws
/// sql::Error, kind constraint, at the latest when the transaction commits.
MessageId insert_message(sql::Connection& connection, const NewMessage& message);
void insert_tags(sql::Connection& connection, MessageId message, std::span<const std::string> tags);
/// A message's tags in the order they were added.
std::vector<MessageTag> select_tags(sql::Connection& connection, MessageId message);

/// The messages with their tags, in the query's order, with one statement whatever their number. A
/// time that cannot be read (SQLite's columns hold any text) becomes the nearest by which it is
/// sorted.
/// - log: gets a line for each such time.
std::vector<Message> select_messages(
    sql::Connection& connection,
    const MessageScope& scope,
    const MessageQuery& query,
    const LogSink& log = {}
);
/// As select_messages, for one message: `where` and the id must both match. One statement.
std::optional<Message> select_message(
    sql::Connection& connection,
    const MessageScope& scope,
    MessageId id,
    const Condition& where,
    const LogSink& log = {}
);
/// Ignores order, limit and where the query begins.
std::int64_t
count_messages(sql::Connection& connection, const MessageScope& scope, const MessageQuery& query);
/// - beyond: how many of them do not count.
bool any_message(
    sql::Connection& connection,
    const MessageScope& scope,
    const Condition& where,
    std::uint64_t beyond = 0
);
/// - where: which of them count.
UnreadSummary summarize_unread(
    sql::Connection& connection, const MessageScope& scope, const Condition& where = {}
);

/// How many ids mark_read() marks with one statement on every database; PostgreSQL takes more.
inline constexpr std::size_t marked_by_one_statement = 500;

/// How a write to so many messages shares its commit: only a short one joins others.
constexpr sql::Sharing sharing_of(std::size_t messages) {
    constexpr std::size_t most_that_join = 100; // about a millisecond
    return messages <= most_that_join ? sql::Sharing::joins : sql::Sharing::opens;
}

/// Marks those of `ids` that are still unread, and returns how many.
std::int64_t mark_read(
    sql::Connection& connection,
    const MessageScope& scope,
    std::span<const MessageId> ids,
    Timestamp now
);
/// Marks every unread message that `where` selects.
std::int64_t mark_read(
    sql::Connection& connection, const MessageScope& scope, const Condition& where, Timestamp now
);

/// The same for what has been read: it is unread again.
std::int64_t
mark_unread(sql::Connection& connection, const MessageScope& scope, std::span<const MessageId> ids);
std::int64_t
mark_unread(sql::Connection& connection, const MessageScope& scope, const Condition& where);

/// Those that mark_read(), or mark_unread(), would change, by rising id. In a transaction nobody
/// else can change them until the end.
/// - ids: none but these; absent: all that `where` selects.
/// - read: for mark_read().
std::vector<MessageId> lock_messages_to_mark(
    sql::Connection& connection,
    const MessageScope& scope,
    const Condition& where,
    const std::optional<std::vector<MessageId>>& ids,
    bool read
);

/// Whether the message that `where` selects has been read; absent when there is none. In a
/// transaction nobody else can change it until the end.
std::optional<bool> lock_message(
    sql::Connection& connection, const MessageScope& scope, MessageId id, const Condition& where
);
/// Deletes a message with its tags, whoever owns it: call lock_message first, in the same
/// transaction.
void delete_message(sql::Connection& connection, MessageId id);

/// Deletes what `where` selects, tags first; run it in a transaction. Returns how many messages
/// were deleted.
std::int64_t
delete_messages(sql::Connection& connection, const MessageScope& scope, const Condition& where);

/// `prune`: the messages of all users in batches, oldest first.
struct OldMessages {
    Timestamp before; ///< created before that
    bool only_read = false;
    /// Where the next batch begins, so that it does not read again what earlier ones have skipped.
    std::optional<Timestamp> from = {};
};

/// Deletes up to `batch` of them, and returns how many. Run it in a transaction, until it returns
/// 0; keep the new `from` once that is committed.
std::int64_t
delete_old_messages(sql::Connection& connection, OldMessages& messages, std::int64_t batch);
/// How many delete_old_messages would delete in all.
std::int64_t count_old_messages(sql::Connection& connection, Timestamp before, bool only_read);

} // namespace drf_messages::store
