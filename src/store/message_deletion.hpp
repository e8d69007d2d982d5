// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "store/sql_text.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace drf_messages::store {

/// The ids that a `SELECT m.id` finds.
std::vector<sql::Value>
select_ids(sql::Connection& connection, const SqlText& sql, std::string_view name);

/// Deletes messages with their tags, tags first, since the tables do not cascade. Returns how many
/// messages were deleted.
std::int64_t delete_messages_by_id(sql::Connection& connection, std::span<const sql::Value> ids);

} // namespace drf_messages::store
