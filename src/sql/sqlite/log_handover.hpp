// SPDX-License-Identifier: MIT
#pragma once

#include "sql/sqlite/factory.hpp"

struct sqlite3;

namespace drf_messages::sql::sqlite {

/// Ends the transaction of a reader that has kept the log from being emptied, and carries the log
/// into the file. Whoever writes next would else have to do all of that in his commit.
///
/// The checkpoint must be under way before the reader is gone, and must not hold the write lock.
/// SQLite's FULL takes the lock of checkpoints first and waits for the write lock then; while
/// another connection of ours has that, the busy handler ends both it and the reader, and gives up,
/// with which SQLite goes on as in PASSIVE: without a lock that a writer needs.
/// - SQLite: "sqlite3_wal_checkpoint_v2"
void hand_log_over(const SqliteOptions& options, sqlite3* reader);

} // namespace drf_messages::sql::sqlite
