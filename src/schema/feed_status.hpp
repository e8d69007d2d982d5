// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace drf_messages::schema {

/// What an operator is told about a feed, by the database's clock.
struct FeedStatus {
    std::string epoch;
    std::int64_t position = 0; ///< the last that was given
    std::string holder;        ///< the server that looks after the feed; empty: none
    std::chrono::milliseconds held_for{0};
    std::int64_t waiting = 0; ///< changes without a position
    std::chrono::milliseconds oldest_waiting{0};
    std::int64_t kept = 0; ///< changes with one
    std::chrono::milliseconds oldest_kept{0};
    std::optional<std::int64_t> bytes; ///< of tables and indexes, where the database says it
};

/// Counts rows. Throws sql::Error, kind `schema`, where there is no feed; absent without an epoch.
std::optional<FeedStatus> feed_status(sql::Connection& connection);

} // namespace drf_messages::schema
