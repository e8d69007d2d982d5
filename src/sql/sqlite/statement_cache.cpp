// SPDX-License-Identifier: MIT
#include "sql/sqlite/statement_cache.hpp"

#include "sql/sqlite/sqlite_error.hpp"

#include <sqlite3.h>

#include <stdexcept>
#include <utility>

namespace drf_messages::sql::sqlite {

void StatementFinalizer::operator()(sqlite3_stmt* statement) const noexcept {
    sqlite3_finalize(statement);
}

StatementCache::StatementCache(sqlite3* database, std::size_t capacity)
    : database_(database), capacity_(capacity) {}

sqlite3_stmt* StatementCache::get(std::string_view name, std::string_view text) {
    if (const auto found = by_text_.find(text); found != by_text_.end()) {
        recent_first_.splice(recent_first_.begin(), recent_first_, found->second);
        return found->second->statement.get();
    }
    sqlite3_stmt* prepared = nullptr;
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v3(
        database_,
        text.data(),
        static_cast<int>(text.size()),
        SQLITE_PREPARE_PERSISTENT,
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
    if (recent_first_.size() >= capacity_) {
        by_text_.erase(recent_first_.back().text);
        recent_first_.pop_back();
    }
    recent_first_.push_front({std::string(text), std::move(statement)});
    by_text_.emplace(recent_first_.front().text, recent_first_.begin());
    return recent_first_.front().statement.get();
}

} // namespace drf_messages::sql::sqlite
