// SPDX-License-Identifier: MIT
#include "store/user_count.hpp"

#include "store/sql_text.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <limits>
#include <string_view>
#include <variant>

// To count, SQLite compares the user of each row. To skip so many rows of an index, as OFFSET does,
// it compares nothing. So what was last counted is a guess, which the same statement proves: from
// the user's first row on it skips all but two of as many rows as there were, and if one, two or
// three of the next four rows are still the user's, that is how many more there are. Otherwise it
// counts. The numbers decide nothing but how much work that is.
//
// While nothing in the database has changed, the connection that has counted recalls the number.

namespace drf_messages::store {
namespace {

/// Fewer are counted as fast.
constexpr std::int64_t worth_a_guess = 64;
constexpr std::string_view count_name = "count_messages";

/// Users share places. The upper half of one says whose count is in the lower one.
std::array<std::atomic<std::uint64_t>, 1024> places{};

struct Place {
    std::atomic<std::uint64_t>& held;
    std::uint64_t whose; ///< in the upper half
};

Place place_of(const UserId& user) noexcept {
    const std::size_t hash = std::hash<decltype(user.value)>()(user.value);
    return {places[hash % places.size()], hash / places.size() << 32U};
}

std::int64_t last_count(const UserId& user) noexcept {
    constexpr std::uint64_t lower_half = std::numeric_limits<std::uint32_t>::max();
    const Place place = place_of(user);
    const std::uint64_t held = place.held.load(std::memory_order_relaxed);
    return (held & ~lower_half) == place.whose ? static_cast<std::int64_t>(held & lower_half) : 0;
}

void remember(const UserId& user, std::int64_t count) noexcept {
    if (count > std::numeric_limits<std::uint32_t>::max()) {
        return;
    }
    const Place place = place_of(user);
    const std::uint64_t held = place.whose | static_cast<std::uint64_t>(count);
    // Whoever counts the same need not take the place from other processors.
    if (place.held.load(std::memory_order_relaxed) != held) {
        place.held.store(held, std::memory_order_relaxed);
    }
}

} // namespace

std::int64_t count_of_user(sql::Connection& connection, const UserId& user) {
    const auto* const number = std::get_if<std::int64_t>(&user.value);
    if (number != nullptr) {
        if (const auto known = connection.recall(count_name, *number)) {
            return *known;
        }
    }
    constexpr std::string_view count =
        "SELECT COUNT(*) FROM drf_messages_message m WHERE m.user_id = ";
    SqlText sql(connection);
    const std::int64_t last = last_count(user);
    if (last < worth_a_guess) {
        sql << count;
        sql.bind(user);
    } else {
        const std::int64_t skipped = last - 2;
        sql << "SELECT CASE WHEN more BETWEEN 1 AND 3 THEN more + ";
        sql.bind(skipped) << " ELSE (" << count;
        sql.bind(user) << ") END FROM (SELECT SUM(is_theirs) AS more FROM (SELECT m.user_id = ";
        sql.bind(user) << " AS is_theirs FROM drf_messages_message m WHERE m.user_id >= ";
        sql.bind(user) << " ORDER BY m.user_id LIMIT 4 OFFSET ";
        sql.bind(skipped) << "))";
    }
    const auto counted = sql::query_one(
        connection,
        sql.statement(count_name),
        sql.parameters(),
        [](const sql::Row& row) { return row.integer(0); }
    );
    if (counted) {
        remember(user, *counted);
        if (number != nullptr) {
            connection.remember(count_name, *number, *counted);
        }
    }
    return counted.value_or(0);
}

} // namespace drf_messages::store
