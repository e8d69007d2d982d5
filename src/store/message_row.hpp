// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "sql/error.hpp"

#include <drf_messages/ids.hpp>
#include <drf_messages/level.hpp>
#include <drf_messages/time.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace drf_messages::store {

/// The column's moment; absent if it contains anything else.
inline std::optional<Timestamp> readable_moment(const sql::Row& row, int column) {
    try {
        return row.timestamp(column);
    } catch (const sql::Error&) {
        return std::nullopt;
    }
}

/// SQLite stores any integer in the column, whoever wrote it.
inline Level level_of(std::int64_t stored) {
    using limits = std::numeric_limits<Level>;
    return static_cast<Level>(std::clamp<std::int64_t>(stored, limits::min(), limits::max()));
}

inline UserId user_of(const sql::Row& row, int column, bool text_keys) {
    return text_keys ? UserId{std::string(row.text(column))} : UserId{row.integer(column)};
}

/// A count of rows as a parameter.
inline std::int64_t row_number(std::uint64_t count) {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(std::min<std::uint64_t>(count, most));
}

} // namespace drf_messages::store
