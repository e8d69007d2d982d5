// SPDX-License-Identifier: MIT
#pragma once

#include "sql/pool.hpp"

#include <drf_messages/log.hpp>

#include <chrono>

namespace drf_messages::sql {

struct Supervision {
    /// Calls that take as long are logged with the statement's name and the time; 0: none.
    std::chrono::milliseconds slow_statement{0};
    LogSink log = no_log();
};

/// The same connections, whatever their driver, watched over:
/// - What takes long is logged.
/// - A statement outside a transaction is run again when the database says that nothing of it was
///   done: a deadlock, a serialization failure, a failed certification; a bounded number of times.
/// - A lost connection is opened again, outside a transaction or by begin(), and once for a call:
///   for whatever was certainly not executed, and for a query that no row has come of. Any other
///   statement fails with connection_lost, since nobody knows whether it was executed.
ConnectionFactory supervised(ConnectionFactory open, Supervision supervision);

/// The same connections, but while the database can not be reached only one thread at a time tries,
/// with growing pauses of at most a second; the others are told at once, by the error of the last
/// attempt.
ConnectionFactory with_backoff(ConnectionFactory open);

} // namespace drf_messages::sql
