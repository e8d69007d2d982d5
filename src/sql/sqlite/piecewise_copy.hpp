// SPDX-License-Identifier: MIT
#pragma once

#include "sql/sqlite/file_copy.hpp"
#include "sql/sqlite/patience.hpp"

struct sqlite3;

namespace drf_messages::sql::sqlite {

/// Copies a database that has no log, whose readers hold up who commits. What bounds for how long:
/// under the reader's lock a piece goes from memory to memory, a quarter of a megabyte in a tenth
/// of a millisecond, and nothing waits for a disk. It is read once before, without the lock, so
/// that it is in memory, and what is not is not waited for; it is written out after the lock. Only
/// who takes the processor away in that tenth of a millisecond holds a writer up for longer.
/// What others commit between two pieces begins the copy anew. Throws sql::Error, kind busy, after
/// a minute of that.
///
/// Returns false, and leaves the target empty, where the database has got a log meanwhile.
/// - source: a connection without a transaction, to the file at `path`. No other connection of
///   this process to that file may hold a lock.
bool copy_in_pieces(
    sqlite3* source,
    const std::string& path,
    const NewFile& to,
    Patience& patience,
    const CopyProgress& progress
);

} // namespace drf_messages::sql::sqlite
