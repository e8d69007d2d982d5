// SPDX-License-Identifier: MIT
#include "sql/sqlite/work_limit.hpp"

#include <sqlite3.h>

namespace drf_messages::sql::sqlite {

namespace {

constexpr int steps_between_looks = 10'000;

} // namespace

WorkLimit::WorkLimit(sqlite3* database, std::chrono::milliseconds limit) : limit_(limit) {
    if (limit_.count() > 0) {
        sqlite3_progress_handler(database, steps_between_looks, look, this);
    }
}

int WorkLimit::look(void* self) noexcept {
    return static_cast<WorkLimit*>(self)->is_over() ? 1 : 0;
}

bool WorkLimit::is_over() noexcept {
    const auto now = std::chrono::steady_clock::now();
    if (!deadline_) {
        deadline_ = now + limit_;
    }
    return now > *deadline_;
}

} // namespace drf_messages::sql::sqlite
