// SPDX-License-Identifier: MIT
#pragma once

#include "sql/sqlite/factory.hpp"
#include "sql/sqlite/patience.hpp"

#include <memory>

struct sqlite3;

namespace drf_messages::sql::sqlite {

struct DatabaseCloser {
    void operator()(sqlite3* database) const noexcept;
};
using OwnedDatabase = std::unique_ptr<sqlite3, DatabaseCloser>;

/// Whether there is no file, whatever the path.
bool is_in_memory(const SqliteOptions& options);

/// Whether SQLite takes it that nobody writes the file: what was read once is not read again.
bool is_immutable(sqlite3* database) noexcept;

/// Opens the file and brings it into the state that sqlite_connections() promises; `patience`
/// becomes its busy handler and must outlive it. A file or a folder that cannot be written is
/// opened for reading. Throws sql::Error.
OwnedDatabase open_database(const SqliteOptions& options, Patience& patience);

} // namespace drf_messages::sql::sqlite
