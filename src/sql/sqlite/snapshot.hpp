// SPDX-License-Identifier: MIT
#pragma once

#include "sql/sqlite/patience.hpp"
#include "sql/sqlite/statements.hpp"
#include "sql/sqlite/write_queue.hpp"

#include <cstdint>

namespace drf_messages::sql::sqlite {

/// The state of the database that one connection reads outside of transactions while a snapshot is
/// wanted: it lasts until the process writes. See sql::Connection::begin_snapshot().
class Snapshot {
public:
    Snapshot(StatementCache& statements, Patience& patience, const WriteQueue& queue)
        : statements_(statements), patience_(patience), queue_(queue) {}

    void want(bool wanted) noexcept { wanted_ = wanted; }

    /// Before a read: takes one if it is wanted and there is none of after the last write. Throws
    /// sql::Error.
    void read();

    void close() noexcept;
    /// It could not be closed: the connection is of no more use.
    bool has_failed() const noexcept { return failed_; }

private:
    StatementCache& statements_;
    Patience& patience_;
    const WriteQueue& queue_;
    bool wanted_ = false;
    bool taken_ = false;
    bool failed_ = false;
    std::uint64_t writes_ = 0; ///< of the process when it was taken
};

} // namespace drf_messages::sql::sqlite
