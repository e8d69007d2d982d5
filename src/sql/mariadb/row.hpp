// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "sql/mariadb/libmariadb.hpp"
#include "sql/sql_timestamp.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::sql::mariadb {

/// Where libmariadb puts the columns of the current row of one prepared statement. Numbers and
/// moments are taken as such, everything else as text; each can be read as any of them.
class ResultRow final : public Row {
public:
    /// For a statement that was executed; bind() must come before each fetch of a result.
    /// - clock: by which columns hold moments; null: UTC. Must outlive it.
    ResultRow(MYSQL_STMT* statement, const WallClock* clock);
    ResultRow(const ResultRow&) = delete;
    ResultRow& operator=(const ResultRow&) = delete;

    /// Whether the columns of the statement's current result are those that this one was made for.
    bool fits(MYSQL_STMT* statement) const noexcept;
    bool bind() noexcept;
    /// Fetches the rest of texts that were longer than their buffers, which then stay longer. False
    /// when that fails.
    bool complete();
    /// Gives back buffers that one long text has made large.
    void shrink();

    void set_statement_name(std::string_view name) noexcept { statement_name_ = name; }

    bool is_null(int column) const override;
    std::int64_t integer(int column) const override;
    bool boolean(int column) const override;
    std::string_view text(int column) const override;
    Timestamp timestamp(int column) const override;
    Timestamp nearest_timestamp(int column) const override;

private:
    std::optional<Timestamp> find_timestamp(int column) const;

    enum class Kind { integer, number, moment, text };

    struct Column {
        Kind kind = Kind::text;
        my_bool is_null = 0;
        my_bool truncated = 0;
        unsigned long length = 0;
        long long integer = 0;
        double number = 0;
        MYSQL_TIME moment{};
        std::vector<char> bytes;
        mutable std::string shown; ///< a number or moment that was asked for as text
    };

    static Kind kind_of(const MYSQL_FIELD& field);
    const Column& at(int column) const { return columns_[static_cast<std::size_t>(column)]; }
    std::string_view bytes(const Column& column) const {
        return {column.bytes.data(), column.length};
    }
    void point_at_buffers() noexcept;

    MYSQL_STMT* statement_;
    const WallClock* clock_;
    std::string_view statement_name_;
    std::vector<Column> columns_;
    std::vector<MYSQL_BIND> binds_;
};

} // namespace drf_messages::sql::mariadb
