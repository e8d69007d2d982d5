// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "sql/error.hpp"

#include <type_traits>
#include <utility>

namespace drf_messages::sql {

/// A transaction: commits by name, rolls back by leaving the scope. A failed rollback marks the
/// connection as lost. Where the work can be repeated, use transact() instead.
class ScopedTransaction {
public:
    explicit ScopedTransaction(Connection& connection, Sharing sharing = Sharing::none);
    ~ScopedTransaction();
    ScopedTransaction(const ScopedTransaction&) = delete;
    ScopedTransaction& operator=(const ScopedTransaction&) = delete;

    /// When it throws, nothing was committed, unless the error's kind is connection_lost and it is
    /// not retryable(): then it is not known.
    void commit();

private:
    Connection& connection_;
    bool open_ = true;
};

namespace detail {

/// Counts the attempts of one transact().
class Attempts {
public:
    /// The work is done; what fails from now on may have been committed.
    void committing() noexcept { committing_ = true; }

    /// Whether another attempt makes sense after `error`; has slept a short while then.
    bool again(const Error& error);

private:
    int failed_ = 0;
    int lost_ = 0;
    bool committing_ = false;
};

/// A Result that holds an error; nothing else is one.
template<class Outcome>
bool is_refusal(const Outcome& outcome) {
    if constexpr (requires { outcome.has_error(); }) {
        return outcome.has_error();
    } else {
        return false;
    }
}

} // namespace detail

/// Runs `work` in a transaction, commits, and returns what it returned. A Result with an error
/// rolls back, and so does an exception.
/// - work: called again, a bounded number of times with short random pauses between, when the
///   database has undone it because of others (deadlock, serialization failure, certification
///   conflict) or the connection died before the commit. It must do the same each time: no
///   moved-from values, no counters that go on.
/// - throws what `work` throws, and sql::Error; connection_lost by the commit itself means that it
/// is
///   not known whether it was committed.
template<class Work>
std::invoke_result_t<Work&>
transact(Connection& connection, Work&& work, Sharing sharing = Sharing::none) {
    detail::Attempts attempts;
    for (;;) {
        try {
            ScopedTransaction transaction(connection, sharing);
            if constexpr (std::is_void_v<std::invoke_result_t<Work&>>) {
                work();
                attempts.committing();
                transaction.commit();
                return;
            } else {
                auto outcome = work();
                if (!detail::is_refusal(outcome)) {
                    attempts.committing();
                    transaction.commit();
                }
                return outcome;
            }
        } catch (const Error& error) {
            if (!attempts.again(error)) {
                throw;
            }
        }
    }
}

} // namespace drf_messages::sql
