// SPDX-License-Identifier: MIT
#include "sql/sqlite/statements.hpp"

#include "sql/sqlite/error.hpp"

#include <sqlite3.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace drf_messages::sql::sqlite {

void StatementFinalizer::operator()(sqlite3_stmt* statement) const noexcept {
    sqlite3_finalize(statement);
}

sqlite3_stmt*
StatementCache::get(std::string_view name, std::string_view text, OwnedStatement& unkept) {
    if (const OwnedStatement* const kept = kept_.find(text)) {
        return kept->get();
    }
    const bool keep = is_worth_keeping(text);
    sqlite3_stmt* prepared = nullptr;
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v3(
        database_,
        text.data(),
        static_cast<int>(text.size()),
        keep ? SQLITE_PREPARE_PERSISTENT : 0,
        &prepared,
        &rest
    );
    OwnedStatement statement(prepared);
    if (code != SQLITE_OK) {
        throw last_error(database_, code, name);
    }
    const std::string_view remainder(
        rest, static_cast<std::size_t>(text.data() + text.size() - rest)
    );
    if (!statement || remainder.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
        throw std::logic_error(std::string(name) + ": not exactly one SQL statement");
    }
    if (keep) {
        kept_.make_room(text.size());
        kept_.add(text, std::move(statement));
    } else {
        unkept = std::move(statement);
    }
    return prepared;
}

bool StatementCache::is_in_transaction() const noexcept {
    return sqlite3_get_autocommit(database_) == 0;
}

StatementInUse::~StatementInUse() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

int first_step(sqlite3_stmt* prepared, Patience& patience) {
    for (;;) {
        const int code = sqlite3_step(prepared);
        // The busy handler has waited already, except where SQLite does not ask it: a snapshot that
        // is older than the last write, a log being recovered.
        if ((code & 0xff) != SQLITE_BUSY || !patience.nap()) {
            return code;
        }
        sqlite3_reset(prepared);
    }
}

void run_control(StatementCache& statements, Patience& patience, std::string_view text) {
    OwnedStatement unkept;
    sqlite3_stmt* const prepared = statements.get(text, text, unkept);
    const StatementInUse in_use(prepared);
    const int code = first_step(prepared, patience);
    if (code != SQLITE_DONE) {
        throw last_error(statements.database(), code, text);
    }
}

} // namespace drf_messages::sql::sqlite
