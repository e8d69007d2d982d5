// SPDX-License-Identifier: MIT
#pragma once

#include "fibers/wake_up.hpp"
#include "sql/error.hpp"
#include "sql/sqlite/handle.hpp"
#include "sql/sqlite/known_file.hpp"

#include <mutex>
#include <optional>

namespace drf_messages::sql::sqlite {

/// A transaction in which several connections write, one after the other, until the last of them
/// commits for all. The one that has opened it lends its handle to those that join. Whoever has
/// done his work waits for the end: nothing is said to be written before it is. Thread safe.
class SharedCommit {
public:
    /// - handle: has a transaction open. Its connection must not use it before wait() has returned.
    SharedCommit(Handle& handle, const FileIdentity& file) : handle_(handle), file_(file) {}
    SharedCommit(const SharedCommit&) = delete;
    SharedCommit& operator=(const SharedCommit&) = delete;

    /// For who holds the lock of the WriteQueue.
    Handle& handle() const noexcept { return handle_; }
    const FileIdentity& file() const noexcept { return file_; }

    /// From the last one: it is committed, or why not. Nobody may use the handle any more but its
    /// own connection.
    void end(std::optional<Error> failure) noexcept;

    /// Returns when it is committed. Throws the failure otherwise.
    void wait();

private:
    struct Waiter {
        fibers::WakeUp woken;
        Waiter* next = nullptr;
    };

    Handle& handle_;
    const FileIdentity file_;
    std::mutex mutex_;
    bool is_over_ = false;
    std::optional<Error> failure_;
    Waiter* waiters_ = nullptr;
};

} // namespace drf_messages::sql::sqlite
