// SPDX-License-Identifier: MIT
#include "sql/transaction.hpp"

namespace drf_messages::sql {

Transaction::Transaction(Connection& connection) : connection_(connection) {
    connection_.begin();
}

Transaction::~Transaction() {
    if (!open_) {
        return;
    }
    try {
        connection_.rollback();
    } catch (...) {
        // The driver has marked the connection as lost, so that a pool closes it, which ends the
        // transaction. The exception that brought us here says more than this one.
    }
}

void Transaction::commit() {
    connection_.commit();
    open_ = false;
}

} // namespace drf_messages::sql
