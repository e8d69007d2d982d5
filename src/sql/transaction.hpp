// SPDX-License-Identifier: MIT
#pragma once

#include "base/log.hpp"
#include "sql/connection.hpp"

namespace drf_messages::sql {

/// A transaction: commits by name, rolls back by leaving the scope. A failed rollback marks the connection as lost.
class Transaction {
public:
    explicit Transaction(Connection& connection);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    void commit();

private:
    Connection& connection_;
    bool open_ = true;
};

} // namespace drf_messages::sql
