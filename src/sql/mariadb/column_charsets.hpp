// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace drf_messages::sql::mariadb {

/// Which characters the columns of one database can hold, as far as somebody has asked; for all
/// connections of a factory. The server is asked about the columns of a table when the first text
/// beyond ASCII is compared with one of them, and about a character when a column of a charset
/// other than utf8mb4 and utf8mb3 meets it for the first time. Thread safe.
class ColumnCharsets {
public:
    /// Connection::can_hold().
    /// - connection: asks; outside of any query of its own.
    bool can_hold(
        Connection& connection,
        std::string_view table,
        std::string_view column,
        std::string_view text
    );

    /// The server has refused a comparison that was thought to be possible: somebody has changed a
    /// table.
    void forget();

private:
    using SteadyClock = std::chrono::steady_clock;
    using Charsets = std::map<std::string, std::string, std::less<>>;
    struct Table {
        SteadyClock::time_point asked;
        Charsets of_column;
    };

    /// The column's charset; empty for what is no text.
    std::string charset_of(
        Connection& connection,
        std::string_view table,
        std::string_view column,
        SteadyClock::time_point not_before
    );
    bool has_all(Connection& connection, const std::string& charset, std::string_view text);

    std::mutex mutex_;
    std::map<std::string, Table, std::less<>> tables_;
    std::map<std::string, std::unordered_map<std::string, bool>, std::less<>> characters_;
};

} // namespace drf_messages::sql::mariadb
