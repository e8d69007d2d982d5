// SPDX-License-Identifier: MIT
#pragma once

#include "sql/pool.hpp"

#include <chrono>
#include <cstddef>
#include <limits>
#include <memory>
#include <string>

namespace drf_messages::sql {

class WallClock;

struct SqliteOptions {
    std::string path;    ///< a file, or ":memory:"
    bool create = false; ///< whether a missing file is created; otherwise it is an error
    /// There is no file, whatever the path (a pool of one connection then); also for ":memory:".
    bool in_memory = false;
    bool read_only = false;     ///< nothing is to be written
    std::string uri_parameters; ///< more for SQLite, as in the query of its URIs
    std::chrono::milliseconds busy_timeout{20'000}; ///< how long to wait for another process's lock
    /// How many callers of one factory may wait that long, the one who writes included; the others
    /// give up once the lock has been held for two seconds. Keeps readers' threads free.
    std::size_t patient_writers = std::numeric_limits<std::size_t>::max();
    /// For how long writers of one factory may add to a transaction, from when the first of them
    /// has begun it; so long others wait for the lock at least. 0: each write is committed alone.
    std::chrono::milliseconds longest_shared_commit{2};
    /// How long one statement may work, waiting for locks not counted; 0: no limit. What takes
    /// longer is busy.
    std::chrono::milliseconds statement_timeout{0};
    /// OPTIONS.init_command: SQL run on each new connection. One that sets cache_size keeps it.
    std::string init_command;
    std::shared_ptr<const WallClock> clock; ///< by which columns hold moments; null: UTC
};

/// A factory of connections to one SQLite file. The connections of one factory queue for the write
/// lock in the process, first come first served, so that none of them starves in SQLite's own
/// polling, and share 6 MB for pages. Opened in WAL mode with synchronous=FULL: what was committed
/// survives kill -9 and a power cut.
ConnectionFactory sqlite_connections(const SqliteOptions& options);

/// For a process that is all ours, before its first connection: SQLite then keeps no account of its
/// memory, for which every allocation of every thread takes the same lock.
void stop_counting_sqlite_memory() noexcept;

} // namespace drf_messages::sql
