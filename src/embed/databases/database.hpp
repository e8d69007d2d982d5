// SPDX-License-Identifier: MIT
#pragma once

#include "sql/pool.hpp"
#include "sql/renewals.hpp"

#include <drf_messages/log.hpp>
#include <drf_messages/settings.hpp>

#include <cstddef>
#include <functional>
#include <memory>

namespace drf_messages::sql {
class WallClock;
}

namespace drf_messages::embed {

struct DatabaseUse {
    bool create = false; ///< whether a missing SQLite file is created; otherwise opening it fails
    /// How many connections are in use at once. Half of them at most wait for another process that
    /// keeps the database locked, so that requests which only read are still answered.
    std::size_t at_once = 1;
    /// Whether SERVER.STATEMENT_TIMEOUT holds: for requests, not for what an operator started.
    bool limit_statements = false;
    LogSink log = no_log();   ///< slow statements
    bool is_measured = false; ///< whether statements are in the metrics of this process
    /// What was opened before the last of them is of no more use; null: there are none.
    std::shared_ptr<const sql::Renewals> renewals = {};
    /// As sql::Supervision::committed.
    std::function<void()> committed = {};
};

/// The clock by which the columns of a database without time zones hold moments; null: UTC. Throws
/// std::invalid_argument where it is not known.
std::shared_ptr<const sql::WallClock> database_clock(const Settings& settings);

/// Connections to DATABASES.default. Throws std::invalid_argument for an engine that we do not
/// have, and for OPTIONS that it does not understand.
sql::ConnectionFactory database_connections(const Settings& settings, const DatabaseUse& use);

/// What a child of fork() makes of connections to DATABASES.default.
sql::OverFork over_fork(const Settings& settings);

/// How many requests are best answered at once with DATABASES.default.
struct Concurrency {
    std::size_t least_workers = 4; ///< threads, however few cores there are
    std::size_t fibers = 1;        ///< requests that each of them answers side by side
};

Concurrency concurrency(const Settings& settings) noexcept;

/// Call first in a process that only serves: turns off driver bookkeeping that only other code in
/// the process would use.
void prepare_drivers_for_serving() noexcept;

} // namespace drf_messages::embed
