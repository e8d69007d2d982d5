// SPDX-License-Identifier: MIT
#include "sql/sqlite/write_turn.hpp"

#include "sql/error.hpp"

#include <sqlite3.h>

#include <string>

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
    held_ = true;
}

void WriteLock::release() noexcept {
    if (held_) {
        held_ = false;
        queue_->release();
    }
}

bool WriteLock::hand_on(const std::shared_ptr<SharedCommit>& commit) {
    const bool handed_on = queue_->hand_on(commit);
    held_ = held_ && !handed_on;
    return handed_on;
}

} // namespace drf_messages::sql::sqlite
