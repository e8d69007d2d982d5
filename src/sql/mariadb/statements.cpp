// SPDX-License-Identifier: MIT
#include "sql/mariadb/statements.hpp"

#include <mysqld_error.h>

#include <string>

namespace drf_messages::sql::mariadb {

PreparedStatement* StatementCache::find(std::string_view text) {
    PreparedStatement* const kept = kept_.find(text);
    if (kept != nullptr && kept->is_spoiled()) {
        kept_.forget(text);
        return nullptr;
    }
    return kept;
}

PreparedStatement& StatementCache::get(const Statement& statement) {
    if (PreparedStatement* const kept = find(statement.text)) {
        return *kept;
    }
    if (!is_worth_keeping(statement.text)) {
        return unkept_.emplace(prepared(statement));
    }
    kept_.make_room(statement.text.size());
    return kept_.add(statement.text, prepared(statement));
}

PreparedStatement StatementCache::prepared(const Statement& statement) {
    for (;;) {
        try {
            return PreparedStatement(session_, statement, clock_);
        } catch (const Error& error) {
            // The server keeps a number of statements for all of its clients together.
            if (error.code() != std::to_string(ER_MAX_PREPARED_STMT_COUNT_REACHED) ||
                !kept_.take_oldest()) {
                throw;
            }
        }
    }
}

} // namespace drf_messages::sql::mariadb
