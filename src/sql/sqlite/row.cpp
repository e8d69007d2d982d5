// SPDX-License-Identifier: MIT
#include "sql/sqlite/row.hpp"

#include "sql/error.hpp"

#include <sqlite3.h>

#include <string>

namespace drf_messages::sql::sqlite {

bool ResultRow::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t ResultRow::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

std::string_view ResultRow::text(int column) const {
    // Found once for both. Nobody else uses the connection meanwhile, as such a value demands.
    sqlite3_value* const value = sqlite3_column_value(statement_, column);
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(value));
    const int size = sqlite3_value_bytes(value);
    return bytes ? std::string_view(bytes, static_cast<std::size_t>(size)) : std::string_view();
}

Timestamp ResultRow::timestamp(int column) const {
    const auto moment = parse_timestamp(text(column), clock_);
    if (!moment) {
        throw Error(
            ErrorKind::other,
            statement_name_,
            std::to_string(SQLITE_MISMATCH),
            "column " + std::to_string(column) + " holds no date and time"
        );
    }
    return *moment;
}

Timestamp ResultRow::nearest_timestamp(int column) const {
    // SQLite sorts numbers before all texts, and bytes behind them.
    switch (sqlite3_column_type(statement_, column)) {
    case SQLITE_TEXT:
        break;
    case SQLITE_BLOB:
        return moment_of(last_moment, clock_);
    default:
        return moment_of(first_moment, clock_);
    }
    const std::string_view stored = text(column);
    const auto moment = parse_timestamp(stored, clock_);
    return moment ? *moment : sql::nearest_timestamp(stored, clock_);
}

} // namespace drf_messages::sql::sqlite
