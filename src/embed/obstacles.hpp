// SPDX-License-Identifier: MIT
#pragma once

#include "embed/databases/file_obstacles.hpp"
#include "sql/connection.hpp"

#include <drf_messages/log.hpp>
#include <drf_messages/settings.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace drf_messages::embed {

enum class Work {
    reading,  ///< what has to work before a database can be looked at
    requests, ///< lists and single messages, which mark what they show
    all,      ///< what commands and applications do too
};

/// Nothing is written, and no row is locked.
/// - connection: one of DATABASES.default that is not shared.
std::vector<Obstacle>
find_obstacles(const Settings& settings, sql::Connection& connection, Work work);

/// What keeps the account from following the feed, which is there, with the statement that mends
/// it; absent when nothing does.
std::optional<std::string> feed_obstacle(const Settings& settings, sql::Connection& connection);

/// The obstacle that an error when connecting tells of; its text when it is none that we know.
std::string advice_about(const Settings& settings, const std::string& error);

/// Says why requests would fail, by an obstacle's reason; empty when they would not. What has
/// changed since the call before goes to the log, with the advice.
std::function<std::string(sql::Connection&)> readiness(const Settings& settings, LogSink log);

} // namespace drf_messages::embed
