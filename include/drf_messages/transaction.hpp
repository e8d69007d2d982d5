// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/sql.hpp>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string_view>

namespace drf_messages::messages {
class DatabaseAccess;
}

namespace drf_messages {

/// One transaction on the site's database, for an application's own work and the messages about it.
/// Made by Site::transaction; used by one thread. Once it has ended, everything made from it throws
/// std::logic_error.
class DRF_MESSAGES_API Transaction {
public:
    /// For the library itself: see Site::transaction.
    explicit Transaction(std::shared_ptr<messages::DatabaseAccess> database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    /// Runs one statement of the application and returns how many rows it changed.
    /// - sql: `?` stands for each parameter, on every database.
    /// - throws DatabaseError; then leave the transaction.
    std::int64_t execute(std::string_view sql, std::initializer_list<SqlValue> parameters = {});
    /// Runs a query and calls `each` for every row, in order. `each` must not use this transaction.
    void query(
        std::string_view sql,
        std::initializer_list<SqlValue> parameters,
        const std::function<void(const SqlRow&)>& each
    );

    /// For the library itself.
    const std::shared_ptr<messages::DatabaseAccess>& database() const noexcept { return database_; }

private:
    std::shared_ptr<messages::DatabaseAccess> database_;
};

} // namespace drf_messages
