// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <drf_messages/ids.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::store {

/// Conditions that every row meets, and none.
inline constexpr std::string_view always_true = "1 = 1";
inline constexpr std::string_view never_true = "1 = 0";

/// How many values one IN list holds at most; longer lists are split into several statements.
inline constexpr std::size_t in_list_limit = 500;

/// How many ids one statement names at most. PostgreSQL gets them as one array, and reads the table
/// from end to end for more of them where it is small.
constexpr std::size_t ids_at_once(sql::Dialect dialect) {
    return dialect == sql::Dialect::postgresql ? 2000 : in_list_limit;
}

/// A statement while it is written: its text, and its parameters in the order of their question
/// marks.
class SqlText {
public:
    /// - connection: where it is to run; must outlive the text.
    explicit SqlText(sql::Connection& connection)
        : connection_(connection), dialect_(connection.dialect()) {
        text_.reserve(768);
    }

    sql::Dialect dialect() const noexcept { return dialect_; }
    sql::Connection& connection() const noexcept { return connection_; }

    SqlText& operator<<(std::string_view text) {
        text_ += text;
        return *this;
    }

    /// A parameter. Text must live until the statement has run.
    SqlText& bind(sql::Value value) {
        text_ += '?';
        parameters_.push_back(value);
        return *this;
    }
    SqlText& bind(const UserId& user);
    /// Text that is kept here until the statement has run.
    SqlText& bind_owned(std::string text);

    /// `column = ?`, byte for byte also where MariaDB's collation would ignore case and trailing
    /// blanks; no row for a value that the column cannot hold.
    /// - column: of `table`, perhaps behind its alias and a dot.
    SqlText& exactly(std::string_view table, std::string_view column, std::string_view value);

    /// `(?, ?, …)` padded with the last value to a power of two (or the limit), so that few texts
    /// exist.
    /// - values: one to in_list_limit of them.
    SqlText& in_list(std::span<const sql::Value> values);

    /// ` WHERE column …` for the rows of these ids, of an UPDATE or a DELETE.
    /// - join: how that begins to name a second table in PostgreSQL: ` FROM ` or ` USING `.
    /// - ids: one to ids_at_once() of them.
    SqlText&
    where_id(std::string_view join, std::string_view column, std::span<const sql::Value> ids);

    /// Locks the rows that a transaction is about to change; a transaction of SQLite holds the only
    /// write lock already.
    SqlText& for_update();

    sql::Statement
    statement(std::string_view name, sql::Sharing sharing = sql::Sharing::none) const {
        return {name, text_, sharing};
    }
    std::span<const sql::Value> parameters() const noexcept { return parameters_; }

private:
    sql::Connection& connection_;
    sql::Dialect dialect_;
    std::string text_;
    std::vector<sql::Value> parameters_;
    std::deque<std::string> owned_;
};

sql::Value user_value(const UserId& user);

/// A table's or a column's name as a statement has it.
std::string quoted_name(const std::string& name, sql::Dialect dialect);

/// Integers or texts as one text: a JSON array in "[]", an array of PostgreSQL in "{}", integers
/// alone without either.
std::string joined_values(std::span<const sql::Value> values, std::string_view brackets);

/// Calls `run` with at most `size` of `values` at a time.
template<class Run>
void in_batches(std::span<const sql::Value> values, std::size_t size, Run run) {
    while (!values.empty()) {
        const auto batch = values.first(std::min(values.size(), size));
        run(batch);
        values = values.subspan(batch.size());
    }
}
template<class Run>
void in_batches(std::span<const sql::Value> values, Run run) {
    in_batches(values, in_list_limit, run);
}

} // namespace drf_messages::store
