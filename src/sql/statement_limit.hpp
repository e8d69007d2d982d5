// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <chrono>
#include <optional>

namespace drf_messages::sql {

/// What is asked while it lives may take so long, all of it together: what takes longer ends with
/// an Error of kind timed_out. Nothing of it stays with the connection. For questions: in a
/// transaction of PostgreSQL nothing can follow one that has ended so, and on SQLite one that
/// writes undoes the transaction.
class StatementLimit {
public:
    StatementLimit(Connection& connection, std::chrono::milliseconds limit)
        : connection_(connection) {
        connection_.limit_statements(std::chrono::steady_clock::now() + limit);
    }
    ~StatementLimit() { connection_.limit_statements(std::nullopt); }
    StatementLimit(const StatementLimit&) = delete;
    StatementLimit& operator=(const StatementLimit&) = delete;

private:
    Connection& connection_;
};

} // namespace drf_messages::sql
