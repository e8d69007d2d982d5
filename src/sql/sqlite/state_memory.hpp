// SPDX-License-Identifier: MIT
#pragma once

#include "sql/sqlite/write_queue.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

struct sqlite3;

namespace drf_messages::sql::sqlite {

/// What one connection has found out about the database and remembers until anybody changes that.
/// See sql::Connection::recall().
class StateMemory {
public:
    StateMemory(sqlite3* database, const WriteQueue& queue) : database_(database), queue_(queue) {}

    /// How often this process had written, before a read outside of transactions.
    std::uint64_t before_read() const noexcept { return queue_.turns(); }
    /// After it.
    void has_read(std::uint64_t before) noexcept { seen_ = before; }
    /// The next read may see more than the last one did.
    void forget_sight() noexcept { seen_.reset(); }

    std::optional<std::int64_t> recall(std::string_view what, std::int64_t of) const noexcept;
    void remember(std::string_view what, std::int64_t of, std::int64_t number);

private:
    struct Place {
        std::string_view what; ///< empty: nothing is here
        std::int64_t of = 0;
        std::int64_t number = 0;
        std::uint32_t state = 0;
    };

    std::optional<std::uint32_t> state() const noexcept;

    sqlite3* database_;
    const WriteQueue& queue_;
    std::optional<std::uint64_t> seen_; ///< how often this process had written at the last read
    std::vector<Place> places_;         ///< made when something is remembered
};

} // namespace drf_messages::sql::sqlite
