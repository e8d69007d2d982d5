// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "sql/sql_timestamp.hpp"

#include <string_view>

struct sqlite3_stmt;

namespace drf_messages::sql::sqlite {

/// The current row of a statement.
class ResultRow final : public Row {
public:
    /// - clock: must outlive it.
    ResultRow(sqlite3_stmt* statement, std::string_view statement_name, const WallClock* clock)
        : statement_(statement), statement_name_(statement_name), clock_(clock) {}

    bool is_null(int column) const override;
    std::int64_t integer(int column) const override;
    bool boolean(int column) const override { return integer(column) != 0; }
    std::string_view text(int column) const override;
    Timestamp timestamp(int column) const override;
    Timestamp nearest_timestamp(int column) const override;

private:
    sqlite3_stmt* statement_;
    std::string_view statement_name_;
    const WallClock* clock_;
};

} // namespace drf_messages::sql::sqlite
