// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>

struct sqlite3;

namespace drf_messages::sql::sqlite {

/// Gives up a statement that works too long. SQLite asks every so many steps of its machine, so
/// that short statements never look at the clock.
class WorkLimit {
public:
    /// - limit: 0 for none.
    WorkLimit(sqlite3* database, std::chrono::milliseconds limit);
    WorkLimit(const WorkLimit&) = delete;
    WorkLimit& operator=(const WorkLimit&) = delete;

    /// A new statement begins.
    void reset() noexcept { deadline_.reset(); }

private:
    static int look(void* self) noexcept;
    bool is_over() noexcept;

    std::chrono::milliseconds limit_;
    std::optional<std::chrono::steady_clock::time_point> deadline_;
};

} // namespace drf_messages::sql::sqlite
