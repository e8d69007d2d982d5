// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

struct sqlite3_stmt;

namespace drf_messages::sql {
class WallClock;
}

namespace drf_messages::sql::sqlite {

/// Gives a statement its values, which must outlive its use, and returns SQLite's code. Throws
/// std::logic_error, with the statement's name, when there are more or fewer than it takes.
/// - clock: of moments; null: UTC.
int bind_parameters(
    sqlite3_stmt* prepared,
    std::span<const Value> parameters,
    std::string_view name,
    const WallClock* clock
);

} // namespace drf_messages::sql::sqlite
