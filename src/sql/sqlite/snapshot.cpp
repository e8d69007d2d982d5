// SPDX-License-Identifier: MIT
#include "sql/sqlite/snapshot.hpp"

namespace drf_messages::sql::sqlite {

void Snapshot::read() {
    if (!wanted_) {
        return;
    }
    const std::uint64_t writes = queue_.turns();
    if (taken_ && writes_ == writes) {
        return;
    }
    close();
    run_control(statements_, patience_, "BEGIN");
    taken_ = true;
    writes_ = writes;
}

void Snapshot::close() noexcept {
    if (!taken_) {
        return;
    }
    taken_ = false;
    try {
        // Some errors have ended it already.
        if (statements_.is_in_transaction()) {
            run_control(statements_, patience_, "COMMIT");
        }
    } catch (...) {
        failed_ = true;
    }
}

} // namespace drf_messages::sql::sqlite
