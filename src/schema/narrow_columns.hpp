// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::schema {

/// Columns of a table where people's words are to go.
struct WordColumns {
    std::string_view table;
    std::vector<std::string_view> columns;
};

/// Columns of one table that cannot hold every character.
struct NarrowColumns {
    std::string table;
    std::vector<std::string> columns;
    std::string charset; ///< of the first of them
    /// The ALTER TABLE that makes them utf8mb4, in a collation of the same family, and else keeps
    /// them as they are. Empty where a foreign key has one of the columns, whose other side would
    /// have to change with it.
    std::string mend;
};

/// The narrow ones among `wanted`, by table. None but on MariaDB and MySQL.
std::vector<NarrowColumns>
narrow_columns(sql::Connection& connection, std::span<const WordColumns> wanted);

} // namespace drf_messages::schema
