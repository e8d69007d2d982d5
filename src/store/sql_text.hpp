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

/// A statement while it is written: its text, and its parameters in the order of their question
/// marks.
class SqlText {
public:
    explicit SqlText(sql::Dialect dialect) : dialect_(dialect) { text_.reserve(768); }

    sql::Dialect dialect() const noexcept { return dialect_; }

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
    /// blanks.
    SqlText& exactly(std::string_view column, std::string_view value);

    /// `(?, ?, …)` padded with the last value to a power of two (or the limit), so that few texts
    /// exist.
    /// - values: one to in_list_limit of them.
    SqlText& in_list(std::span<const sql::Value> values);

    /// Locks the rows that a transaction is about to change; a transaction of SQLite holds the only
    /// write lock already.
    SqlText& for_update();

    sql::Statement statement(std::string_view name) const { return {name, text_}; }
    std::span<const sql::Value> parameters() const noexcept { return parameters_; }

private:
    sql::Dialect dialect_;
    std::string text_;
    std::vector<sql::Value> parameters_;
    std::deque<std::string> owned_;
};

sql::Value user_value(const UserId& user);

/// Calls `run` with at most in_list_limit of `values` at a time.
template<class Run>
void in_batches(std::span<const sql::Value> values, Run run) {
    while (!values.empty()) {
        const auto batch = values.first(std::min(values.size(), in_list_limit));
        run(batch);
        values = values.subspan(batch.size());
    }
}

} // namespace drf_messages::store
