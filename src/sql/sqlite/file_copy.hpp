// SPDX-License-Identifier: MIT
#pragma once

#include "sql/sqlite/factory.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace drf_messages::sql {

/// An empty file that becomes a database.
struct NewFile {
    std::string path;    ///< absolute
    int descriptor = -1; ///< of the same file, open for writing
};

/// Called now and then with the pages that are copied, and how many there are.
using CopyProgress = std::function<void(std::int64_t done, std::int64_t all)>;

/// Makes `to` a database that is complete in this one file, as `from` is now: with all that was
/// committed before the call. Nobody who writes meanwhile waits for it longer than some
/// milliseconds:
/// - In WAL mode readers hold up no writer. All is read in one transaction, in pieces each of which
///   is on its way to the disk before the next, so that no writer's sync finds much to write. The
///   log cannot be emptied meanwhile; what has gathered in it is carried into the file by the
///   copier, not by the writer who comes next (see LogHandover).
/// - In other modes a reader holds up who commits: copy_in_pieces() says for how long.
/// Throws sql::Error, kind busy, where others write too often for that, kind connection_lost where
/// `from` has become another file meanwhile, and kind denied where this user may not take the locks
/// that keep a reader apart from writers.
void copy_sqlite_file(const SqliteOptions& from, const NewFile& to, const CopyProgress& progress);

/// What is wrong with a complete file that nobody writes, in SQLite's words; absent when nothing
/// is. Reads all of it. Throws sql::Error where it cannot be read.
std::optional<std::string> find_damage(const std::string& path);

} // namespace drf_messages::sql
