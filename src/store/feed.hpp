// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <drf_messages/change.hpp>
#include <drf_messages/ids.hpp>
#include <drf_messages/message_state.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace drf_messages::store {

struct MessageScope;

/// The history of the messages, in tables of our own that triggers fill: schema/feed.hpp has them.
struct FeedInfo {
    std::string epoch;
    std::int64_t position = 0;   ///< the last that was given
    std::int64_t trimmed_to = 0; ///< up to here rows may be missing
};

/// Absent: there is no feed. That is so without its tables and without an epoch; what
/// MessageState::parse() refuses is none. One statement.
std::optional<FeedInfo> feed_info(sql::Connection& connection);

struct FeedRow {
    std::int64_t position = 0;
    UserId user;
    std::optional<std::string> session_key;
    std::optional<MessageId> message; ///< absent: many
    ChangeKind kind = ChangeKind::changed;
};

/// Whether a viewer of that scope, which is not everybody's, may hear of the row.
bool is_in(const MessageScope& scope, const FeedRow& row);

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
/// - info: read after the rows that are told, since more may have been trimmed meanwhile.
bool is_known(
    const FeedInfo& info, sql::Connection& connection, const UserId& user, const MessageState& state
);

/// A user and a position.
using FeedPoint = std::pair<UserId, std::int64_t>;

struct FeedNews {
    FeedInfo info;
    std::vector<bool> have_rows; ///< behind which of the points their users do
};

/// What the feed knows of many users in one moment. Absent: there is no feed. One statement, with
/// indexes alone.
/// - points: at most most_feed_points.
std::optional<FeedNews> feed_news(sql::Connection& connection, std::span<const FeedPoint> points);
inline constexpr std::size_t most_feed_points = 256;

/// The rows behind a position, in their order, at most so many.
std::vector<FeedRow>
feed_of_user(sql::Connection& connection, const UserId& user, std::int64_t after, std::size_t most);
/// - text_keys: the users' keys are text, as UserTable::has_text_keys() says
std::vector<FeedRow> feed_of_all(
    sql::Connection& connection, std::int64_t after, std::size_t most, bool text_keys = false
);

/// The user's messages that were created behind a position, those that have no position yet among
/// them.
std::vector<MessageId>
created_since(sql::Connection& connection, const UserId& user, std::int64_t after);

/// Gives positions to what waits for one, at most to so many rows, in a transaction of its own; of
/// what they say of the same message there is one row then. Returns how many it took: fewer than
/// `most` were all. Several at once wait for each other. Once a position has been read, nothing
/// that is committed later gets a lower one.
std::size_t number_changes(sql::Connection& connection, std::size_t most = 500);

} // namespace drf_messages::store
