// SPDX-License-Identifier: MIT
#include "sql/sqlite/write_turn.hpp"

#include "sql/error.hpp"

#include <sqlite3.h>

#include <string>
#include <utility>

namespace drf_messages::sql::sqlite {

void WriteLock::take(Patience& patience, std::string_view name, WriteQueue::Joining* joining) {
    if (!queue_->try_acquire() && !queue_->acquire(patience.deadline(), joining)) {
        throw Error(
            ErrorKind::busy,
            name,
            std::to_string(SQLITE_BUSY_TIMEOUT),
            "another thread of this process has kept the database locked"
        );
    }
    held_ = joining == nullptr || !joining->is_done;
}

void WriteLock::release() noexcept {
    if (held_) {
        held_ = false;
        queue_->release();
    }
}

WriteQueue::HandedOn WriteLock::hand_on(const std::shared_ptr<SharedCommit>& commit) {
    const auto handed_on = queue_->hand_on(commit);
    held_ = held_ && handed_on != WriteQueue::HandedOn::to_another;
    return handed_on;
}

void WriteLock::release(SharedCommit& commit, std::optional<Error> failure) noexcept {
    held_ = false;
    queue_->release(commit, std::move(failure));
}

} // namespace drf_messages::sql::sqlite
