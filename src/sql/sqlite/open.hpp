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

/// Opens the file and brings it into the state that sqlite_connections() promises; `patience`
/// becomes its busy handler and must outlive it. A file or a folder that cannot be written is
/// opened for reading. Throws sql::Error.
OwnedDatabase open_database(const SqliteOptions& options, Patience& patience);

} // namespace drf_messages::sql::sqlite
