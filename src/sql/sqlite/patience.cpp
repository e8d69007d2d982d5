// SPDX-License-Identifier: MIT
#include "sql/sqlite/patience.hpp"

#include "fibers/wait.hpp"

#include <algorithm>

namespace drf_messages::sql::sqlite {

std::chrono::steady_clock::time_point Patience::deadline() {
    if (!deadline_) {
        deadline_ = std::chrono::steady_clock::now() + limit_;
    }
    return *deadline_;
}

bool Patience::nap() {
    const auto left = deadline() - std::chrono::steady_clock::now();
    if (left <= left.zero()) {
        return false;
    }
    // Most locks are held for one commit, some milliseconds: 1, 2, 4, 8, then 16 ms.
    const std::chrono::milliseconds pause(1 << std::min(naps_++, 4));
    fibers::sleep_for(std::min<std::chrono::steady_clock::duration>(pause, left));
    return true;
}

} // namespace drf_messages::sql::sqlite
