// SPDX-License-Identifier: MIT
#include "messages/database_access.hpp"

#include <drf_messages/transaction.hpp>

#include <span>
#include <utility>

namespace drf_messages {
namespace {

sql::Statement own_statement(std::string_view text) {
    return {"application", text};
}

} // namespace

Transaction::Transaction(std::shared_ptr<messages::DatabaseAccess> database)
    : database_(std::move(database)) {}

Transaction::~Transaction() = default;

std::int64_t
Transaction::execute(std::string_view sql, std::initializer_list<SqlValue> parameters) {
    std::int64_t changed = 0;
    database_->run([&](sql::Connection& connection) {
        changed = connection.execute(own_statement(sql), std::span(parameters));
    });
    return changed;
}

void Transaction::query(
    std::string_view sql,
    std::initializer_list<SqlValue> parameters,
    const std::function<void(const SqlRow&)>& each
) {
    database_->run([&](sql::Connection& connection) {
        connection.query(own_statement(sql), std::span(parameters), each);
    });
}

} // namespace drf_messages
