// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "store/feed.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::store {

/// What who follows the feed looks at again and again.
struct FeedLook {
    FeedInfo info;
    bool has_waiting = false; ///< there are changes without a position
    bool is_held = false;     ///< somebody looks after the feed
};

/// Absent: there is no feed. One statement.
std::optional<FeedLook> look_at_feed(sql::Connection& connection);

/// How many changes have no position yet.
std::int64_t count_waiting(sql::Connection& connection);

/// How long ago the statement ran that a row of the feed is from; absent when the row is gone.
std::optional<std::chrono::milliseconds>
age_of_row(sql::Connection& connection, std::int64_t position);

/// Looking after the feed, which one server does, for so long by the database's clock. False while
/// another one does.
/// - holder: differs between those who ask; at most 64 characters.
bool take_lease(
    sql::Connection& connection, std::string_view holder, std::chrono::milliseconds length
);
void end_lease(sql::Connection& connection, std::string_view holder);

/// An epoch that was never there.
std::string new_epoch();

/// Another epoch in place of `old`, unless there is another one already.
void begin_epoch(sql::Connection& connection, std::string_view old);

/// Begins an epoch where somebody has written what is none. Whether that was so.
bool mend_epoch(sql::Connection& connection);

struct Trimmed {
    std::int64_t looked_to = 0; ///< where the next call goes on
    bool is_done = false;       ///< what comes then is younger
    std::int64_t rows = 0;      ///< that are gone
};

/// Deletes what is older than `history`, but for each user's newest row; looks at a few hundred
/// rows.
Trimmed trim_feed(sql::Connection& connection, std::int64_t after, std::chrono::seconds history);

/// Whether one of Django's two tables was emptied unseen by triggers since the same server was
/// asked before; on MariaDB, where TRUNCATE does that. Only for who looks after the feed.
bool was_truncated(sql::Connection& connection);

} // namespace drf_messages::store
