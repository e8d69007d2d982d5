// SPDX-License-Identifier: MIT
#pragma once

#include "sql/kept_statements.hpp"
#include "sql/mariadb/prepared_statement.hpp"

#include <optional>
#include <string_view>

namespace drf_messages::sql::mariadb {

/// The prepared statements of one session, by their text.
class StatementCache {
public:
    /// - clock: as for PreparedStatement.
    StatementCache(MYSQL* session, const WallClock* clock) : session_(session), clock_(clock) {}

    /// Prepares when needed; throws sql::Error then. Good until the next call.
    PreparedStatement& get(const Statement& statement);

    /// Null unless it was prepared and kept. Good until the next call.
    PreparedStatement* find(std::string_view text);

    void forget(const Statement& statement) noexcept { kept_.forget(statement.text); }

    /// The last statement is no longer in use: if it was not worth keeping, the server forgets it.
    void end_use() noexcept { unkept_.reset(); }

private:
    PreparedStatement prepared(const Statement& statement);

    MYSQL* session_;
    const WallClock* clock_;
    KeptStatements<PreparedStatement> kept_;
    std::optional<PreparedStatement> unkept_;
};

} // namespace drf_messages::sql::mariadb
