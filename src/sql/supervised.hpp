// SPDX-License-Identifier: MIT
#pragma once

#include "sql/pool.hpp"
#include "sql/renewals.hpp"

#include <drf_messages/log.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace drf_messages::sql {

struct Supervision {
    /// Calls that take as long are logged with the statement's name and the time; 0: none.
    std::chrono::milliseconds slow_statement{0};
    LogSink log = no_log();
    /// Whether calls are in metrics::ProcessMetrics::statements, while somebody asks for them.
    bool is_measured = false;
    /// What a child of fork() makes of a connection; but no transaction outlives it.
    OverFork over_fork = OverFork::abandon;
    /// A connection from before the last of them is not usable(); null: there are none.
    std::shared_ptr<const Renewals> renewals = {};
    /// Called after each commit of something that was written, in whichever thread; empty: no.
    std::function<void()> committed = {};
};

/// The same connections, whatever their driver, watched over:
/// - Slow statements are logged, and so is what they report().
/// - A statement outside a transaction is run again when the database says that nothing of it was
///   done: a deadlock, a serialization failure, a failed certification; a bounded number of times.
/// - Outside a transaction, and in begin(), a lost connection is reopened. A call is retried once
///   if it certainly did not run or is a query that has returned no row yet. Any other statement
///   fails with connection_lost, since nobody knows whether it was executed.
/// - In a child of fork() the connection of the parent is abandoned and another one opened; nothing
///   is sent for a transaction of the parent, whose calls throw std::logic_error.
ConnectionFactory supervised(ConnectionFactory open, Supervision supervision);

/// The same connections, but while the database cannot be reached only one thread at a time tries,
/// with growing pauses of at most a second; the others get the error of the last attempt at once.
ConnectionFactory with_backoff(ConnectionFactory open);

} // namespace drf_messages::sql
