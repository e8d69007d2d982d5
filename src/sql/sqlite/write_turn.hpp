// SPDX-License-Identifier: MIT
#pragma once

#include "sql/sqlite/patience.hpp"
#include "sql/sqlite/write_queue.hpp"

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace drf_messages::sql::sqlite {

/// One connection's part in the queue for the process's write lock.
class WriteLock {
public:
    explicit WriteLock(std::shared_ptr<WriteQueue> queue) : queue_(std::move(queue)) {}
    WriteLock(const WriteLock&) = delete;
    WriteLock& operator=(const WriteLock&) = delete;
    ~WriteLock() { release(); }

    /// Throws sql::Error, kind busy and with the statement's name, when patience is over.
    /// - joining: as for WriteQueue::acquire(), so that the lock may not be held behind it.
    void take(Patience& patience, std::string_view name, WriteQueue::Joining* joining = nullptr);
    void release() noexcept;
    /// As those of WriteQueue.
    WriteQueue::HandedOn hand_on(const std::shared_ptr<SharedCommit>& commit);
    void release(SharedCommit& commit, std::optional<Error> failure) noexcept;
    bool is_held() const noexcept { return held_; }

    const WriteQueue& queue() const noexcept { return *queue_; }

private:
    std::shared_ptr<WriteQueue> queue_;
    bool held_ = false;
};

/// The lock for one statement; a transaction holds it already.
class WriteTurn {
public:
    /// - lock: one that was taken for the statement.
    explicit WriteTurn(WriteLock& lock) : lock_(lock), taken_(true) {}
    WriteTurn(WriteLock& lock, bool writes, Patience& patience, std::string_view name)
        : lock_(lock), taken_(writes && !lock.is_held()) {
        if (taken_) {
            lock_.take(patience, name);
        }
    }
    WriteTurn(const WriteTurn&) = delete;
    WriteTurn& operator=(const WriteTurn&) = delete;
    ~WriteTurn() {
        if (taken_) {
            lock_.release();
        }
    }

private:
    WriteLock& lock_;
    bool taken_;
};

} // namespace drf_messages::sql::sqlite
