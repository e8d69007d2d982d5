// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "store/admin_users.hpp"
#include "store/message_store.hpp"
#include "store/user_store.hpp"

#include <drf_messages/condition.hpp>
#include <drf_messages/message.hpp>
#include <drf_messages/message_tag.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What the admin reads and writes: messages of everybody, column by column. Each function is a few
// statements; the caller has the transaction where several belong together.

namespace drf_messages::store {

/// Every user's messages.
MessageScope everybodys_messages(const UserStore& users);
/// Messages of these ids.
Condition with_ids(std::span<const MessageId> ids);

/// The columns of a message that a form fills in.
struct MessageFields {
    UserId user;
    std::optional<std::string> session_key;
    std::string view;
    std::string message;
    Level level = 0;
    std::optional<Timestamp> read_at;
};

/// Returns the new row's id. Its foreign key into the sessions is null, as with Django's form.
MessageId
insert_message_fields(sql::Connection& connection, const MessageFields& fields, Timestamp created);
/// False when there is no such message.
bool update_message_fields(sql::Connection& connection, MessageId id, const MessageFields& fields);

/// The message of anybody, with its tags.
std::optional<Message>
select_any_message(sql::Connection& connection, const UserStore& users, MessageId id);
/// The same, and nobody changes or deletes it until the transaction has ended.
std::optional<Message>
lock_any_message(sql::Connection& connection, const UserStore& users, MessageId id);

/// Both change nothing, and return false, where the tag is not of that message.
bool update_tag(
    sql::Connection& connection, MessageId message, MessageTagId tag, std::string_view text
);
bool delete_tag(sql::Connection& connection, MessageId message, MessageTagId tag);
/// Whether there is a tag of that id, of whichever message.
bool has_tag(sql::Connection& connection, MessageTagId tag);

/// One batch of a change to many messages, each batch a transaction of its own.
struct MessageBatch {
    std::vector<std::pair<MessageId, std::string>> messages; ///< ids and texts, for the log
    bool more = false;
};

/// The next messages after `after` (by id) that fit, at most `most`. It may read many rows to find
/// them, and locks none: ask before the transaction that changes them.
/// - through: the highest id that is looked at, so that what comes meanwhile stays.
MessageBatch select_batch(
    sql::Connection& connection,
    const Condition& where,
    MessageId after,
    MessageId through,
    int most
);
/// Those of the messages that still fit. Nobody changes or deletes them until the transaction has
/// ended.
std::vector<std::pair<MessageId, std::string>> lock_batch(
    sql::Connection& connection, const Condition& where, std::span<const MessageId> messages
);
/// The highest id there is; 0 without messages.
MessageId last_message_id(sql::Connection& connection);
/// How many tags these messages have.
std::int64_t count_tags(sql::Connection& connection, std::span<const MessageId> messages);
/// Deletes messages with their tags; those that are gone are passed over. Returns how many.
std::int64_t
delete_messages_by_id(sql::Connection& connection, std::span<const MessageId> messages);
/// Marks as read at a moment, or as unread (absent). Returns how many that changed.
std::int64_t set_read_at(
    sql::Connection& connection,
    std::span<const MessageId> messages,
    std::optional<Timestamp> read_at
);

} // namespace drf_messages::store
