// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

namespace drf_messages::sql {

/// A transaction: commits by name, rolls back by leaving the scope. A failed rollback marks the
/// connection as lost.
class Transaction {
public:
    explicit Transaction(Connection& connection);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    /// When it throws, nothing was committed, unless the error's kind is connection_lost: then it
    /// is not known.
    void commit();

private:
    Connection& connection_;
    bool open_ = true;
};

} // namespace drf_messages::sql
