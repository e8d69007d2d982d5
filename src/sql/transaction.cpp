// SPDX-License-Identifier: MIT
#include "sql/transaction.hpp"

#include "sql/retry_pause.hpp"

#include <exception>

namespace drf_messages::sql {

ScopedTransaction::ScopedTransaction(Connection& connection, Sharing sharing)
    : connection_(connection) {
    connection_.begin_sharing(sharing);
}

ScopedTransaction::~ScopedTransaction() {
    if (!open_) {
        return;
    }
    try {
        connection_.rollback();
    } catch (const std::exception& error) {
        // The driver has marked the connection as lost, so that a pool closes it, which ends the
        // transaction. The exception that brought us here says more than this one.
        connection_.report(error.what());
    } catch (...) {
        connection_.report("an exception of an unknown type");
    }
}

void ScopedTransaction::commit() {
    connection_.commit();
    open_ = false;
}

namespace detail {

bool Attempts::again(const Error& error) {
    const bool committing = committing_;
    committing_ = false;
    if (error.kind() == ErrorKind::connection_lost) {
        // A transaction ends with its connection, so that only a commit can have left anything.
        // Once, because a database that is down would fail again.
        return (!committing || error.retryable()) && ++lost_ == 1;
    }
    if (!error.retryable() || ++failed_ >= retry_attempts) {
        return false;
    }
    pause_before_retry(failed_);
    return true;
}

} // namespace detail

} // namespace drf_messages::sql
