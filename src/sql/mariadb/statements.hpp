// SPDX-License-Identifier: MIT
#pragma once

#include "sql/mariadb/prepared_statement.hpp"

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace drf_messages::sql::mariadb {

/// The prepared statements of one session, by their text; the least recently used one makes room.
class StatementCache {
public:
    /// - capacity: how many statements at most, at least 1.
    /// - clock: as for PreparedStatement.
    StatementCache(MYSQL* session, std::size_t capacity, const WallClock* clock);

    /// Prepares when needed; throws sql::Error then. Good until the next call.
    PreparedStatement& get(const Statement& statement);

    void forget(const Statement& statement) noexcept;

private:
    struct Entry {
        std::string text;
        PreparedStatement statement;
    };

    void drop_oldest() noexcept;

    MYSQL* session_;
    std::size_t capacity_;
    const WallClock* clock_;
    std::list<Entry> recent_first_;
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_text_;
};

} // namespace drf_messages::sql::mariadb
