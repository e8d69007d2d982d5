// SPDX-License-Identifier: MIT
#include "sql/sqlite/work_limit.hpp"

#include <sqlite3.h>

namespace drf_messages::sql::sqlite {

namespace {

constexpr int steps_between_looks = 10'000;

} // namespace

WorkLimit::WorkLimit(sqlite3* database, std::chrono::milliseconds limit)
    : database_(database), limit_(limit) {
    end_all(std::nullopt);
}

void WorkLimit::end_all(std::optional<Moment> end) noexcept {
    end_ = end;
    const bool looks = end_ || limit_.count() > 0;
    sqlite3_progress_handler(database_, looks ? steps_between_looks : 0, look, this);
}

int WorkLimit::look(void* self) noexcept {
    return static_cast<WorkLimit*>(self)->is_over() ? 1 : 0;
}

bool WorkLimit::is_over() noexcept {
    const auto now = std::chrono::steady_clock::now();
    if (!deadline_ && limit_.count() > 0) {
        deadline_ = now + limit_;
    }
    return (deadline_ && now > *deadline_) || (end_ && now > *end_);
}

} // namespace drf_messages::sql::sqlite
