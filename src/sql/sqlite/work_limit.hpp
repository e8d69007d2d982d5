// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>

struct sqlite3;

namespace drf_messages::sql::sqlite {

/// Gives up a statement that works too long. SQLite asks every so many steps of its machine, so
/// that short statements never look at the clock.
class WorkLimit {
    using Moment = std::chrono::steady_clock::time_point;

public:
    /// - limit: of every statement; 0 for none.
    WorkLimit(sqlite3* database, std::chrono::milliseconds limit);
    WorkLimit(const WorkLimit&) = delete;
    WorkLimit& operator=(const WorkLimit&) = delete;

    /// A new statement begins.
    void reset() noexcept { deadline_.reset(); }

    /// Beside the limit of every statement: the end of all that follow; absent for none.
    void end_all(std::optional<Moment> end) noexcept;

private:
    static int look(void* self) noexcept;
    bool is_over() noexcept;

    sqlite3* database_;
    std::chrono::milliseconds limit_;
    std::optional<Moment> deadline_;
    std::optional<Moment> end_;
};

} // namespace drf_messages::sql::sqlite
