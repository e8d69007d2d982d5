// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace drf_messages::sql::sqlite {

struct StatementFinalizer {
    void operator()(sqlite3_stmt* statement) const noexcept;
};
using OwnedStatement = std::unique_ptr<sqlite3_stmt, StatementFinalizer>;

/// The prepared statements of one connection, by their text; the least recently used one makes
/// room.
class StatementCache {
public:
    /// - capacity: how many statements at most, at least 1.
    StatementCache(sqlite3* database, std::size_t capacity);

    /// The statement, reset and without parameters. Throws sql::Error, with `name`, when it cannot
    /// be prepared, and std::logic_error when the text holds more than one statement. The pointer
    /// is good until `capacity` other texts were asked for.
    sqlite3_stmt* get(std::string_view name, std::string_view text);

private:
    struct Entry {
        std::string text;
        OwnedStatement statement;
    };

    sqlite3* database_;
    std::size_t capacity_;
    std::list<Entry> recent_first_;
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_text_;
};

} // namespace drf_messages::sql::sqlite
