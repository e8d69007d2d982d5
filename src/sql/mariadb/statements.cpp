// SPDX-License-Identifier: MIT
#include "sql/mariadb/statements.hpp"

#include <mysqld_error.h>

namespace drf_messages::sql::mariadb {

StatementCache::StatementCache(MYSQL* session, std::size_t capacity, const WallClock* clock)
    : session_(session), capacity_(capacity), clock_(clock) {}

PreparedStatement& StatementCache::get(const Statement& statement) {
    if (const auto found = by_text_.find(statement.text); found != by_text_.end()) {
        recent_first_.splice(recent_first_.begin(), recent_first_, found->second);
        return found->second->statement;
    }
    if (recent_first_.size() >= capacity_) {
        drop_oldest();
    }
    for (;;) {
        try {
            recent_first_.push_front(
                {std::string(statement.text), PreparedStatement(session_, statement, clock_)}
            );
            break;
        } catch (const Error& error) {
            // The server keeps a number of statements for all of its clients together.
            if (error.code() != std::to_string(ER_MAX_PREPARED_STMT_COUNT_REACHED) ||
                recent_first_.empty()) {
                throw;
            }
            drop_oldest();
        }
    }
    by_text_.emplace(recent_first_.front().text, recent_first_.begin());
    return recent_first_.front().statement;
}

void StatementCache::forget(const Statement& statement) noexcept {
    if (const auto found = by_text_.find(statement.text); found != by_text_.end()) {
        const auto entry = found->second;
        by_text_.erase(found);
        recent_first_.erase(entry);
    }
}

void StatementCache::drop_oldest() noexcept {
    by_text_.erase(recent_first_.back().text);
    recent_first_.pop_back();
}

} // namespace drf_messages::sql::mariadb
