// SPDX-License-Identifier: MIT
#pragma once

#include "sql/kept_statements.hpp"
#include "sql/sqlite/patience.hpp"

#include <memory>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace drf_messages::sql::sqlite {

struct StatementFinalizer {
    void operator()(sqlite3_stmt* statement) const noexcept;
};
using OwnedStatement = std::unique_ptr<sqlite3_stmt, StatementFinalizer>;

/// The prepared statements of one connection, by their text.
class StatementCache {
public:
    explicit StatementCache(sqlite3* database) : database_(database) {}

    /// The statement, reset and without parameters. Throws sql::Error, with `name`, when it cannot
    /// be prepared, and std::logic_error when the text holds more than one statement. The pointer
    /// outlives what run_control() asks for, but not other texts.
    /// - unkept: becomes the owner of one that is not worth keeping.
    sqlite3_stmt* get(std::string_view name, std::string_view text, OwnedStatement& unkept);

    sqlite3* database() const noexcept { return database_; }
    bool is_in_transaction() const noexcept;

private:
    sqlite3* database_;
    KeptStatements<OwnedStatement> kept_;
};

/// A cached statement in use; the next user finds it reset, whatever happened in between.
class StatementInUse {
public:
    explicit StatementInUse(sqlite3_stmt* statement) : statement_(statement) {}
    StatementInUse(const StatementInUse&) = delete;
    StatementInUse& operator=(const StatementInUse&) = delete;
    ~StatementInUse();

private:
    sqlite3_stmt* statement_;
};

/// Takes a statement's first step, for which it waits while others hold locks. SQLite's code.
int first_step(sqlite3_stmt* prepared, Patience& patience);

/// Runs BEGIN and its like. Throws sql::Error.
void run_control(StatementCache& statements, Patience& patience, std::string_view text);

} // namespace drf_messages::sql::sqlite
