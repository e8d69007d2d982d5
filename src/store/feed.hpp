// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <drf_messages/change.hpp>
#include <drf_messages/ids.hpp>
#include <drf_messages/message_state.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::store {

/// The history of the messages, in tables of our own that triggers fill (schema/feed.hpp). On a
/// server the triggers write into a queue, whose rows get their positions after their commit by
/// number_changes(); on SQLite, which has one writer, the triggers number them.
struct FeedInfo {
    std::string epoch;
    std::int64_t position = 0;   ///< the last that was given
    std::int64_t trimmed_to = 0; ///< up to here rows may be missing
};

/// Absent: the tables are not there. One statement, or two where they are not.
std::optional<FeedInfo> feed_info(sql::Connection& connection);

struct FeedRow {
    std::int64_t position = 0;
    UserId user;
    std::optional<std::string> session_key;
    std::optional<MessageId> message; ///< absent: many
    ChangeKind kind = ChangeKind::changed;
};

/// Where a user stands, with indexes alone.
struct Standing {
    MessageState state;
    bool pending = false; ///< something is committed that has no position yet
};

/// Absent: there is no feed. One statement. What is read afterwards is at least as new.
std::optional<Standing> standing(sql::Connection& connection, const UserId& user);

/// Whether the feed can tell what has happened to the user's messages since `state`: not for
/// another epoch, not for a position that was never given, and not behind rows of the user that
/// were trimmed.
bool is_known(
    const FeedInfo& info, sql::Connection& connection, const UserId& user, const MessageState& state
);

/// The rows behind a position, in their order, at most so many.
std::vector<FeedRow>
feed_of_user(sql::Connection& connection, const UserId& user, std::int64_t after, std::size_t most);
std::vector<FeedRow> feed_of_all(sql::Connection& connection, std::int64_t after, std::size_t most);

/// The user's messages that were created behind a position, those that have no position yet among
/// them.
std::vector<MessageId>
created_since(sql::Connection& connection, const UserId& user, std::int64_t after);

/// Gives positions to what waits in the queue, in a transaction of its own: to so many rows at most
/// per call. Returns how many rows it took: fewer than `most` means that the queue was empty.
/// Several at once wait for each other. On SQLite there is nothing to do.
std::size_t number_changes(sql::Connection& connection, std::size_t most = 500);

} // namespace drf_messages::store
