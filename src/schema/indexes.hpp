// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <span>
#include <string_view>

namespace drf_messages::schema {

/// One of our own indexes on drf_messages_message.
struct Index {
    std::string_view name;
    std::string_view columns; ///< as CREATE INDEX takes them
};

/// Makes those that are missing, while the table stays in use where the database can do that:
/// - PostgreSQL: CREATE INDEX CONCURRENTLY, one after the other. An index that an interrupted
///   attempt left invalid is dropped and made again. Not inside a transaction, nor while another
///   process does the same.
/// - MariaDB: one ALTER TABLE in place, while other sessions may read and write; with a lock where
///   MariaDB cannot do that. Keeps the index of the foreign key on the user, which MariaDB drops by
///   itself as soon as another index begins with that column.
/// - SQLite: as part of the current transaction.
void create_indexes(sql::Connection& connection, std::span<const Index> indexes);

} // namespace drf_messages::schema
