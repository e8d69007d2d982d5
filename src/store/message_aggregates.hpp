// SPDX-License-Identifier: MIT
#pragma once

#include "model/message_query.hpp"
#include "sql/connection.hpp"
#include "store/message_store.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::store {

/// MIN or MAX of a field over the messages that the query selects, offset and limit included; null
/// when there is no value. A time that cannot be read counts as the nearest, as it is sorted.
FieldValue select_extreme(
    sql::Connection& connection,
    const MessageScope& scope,
    const MessageQuery& query,
    std::string_view function,
    Field field
);

struct LevelSum {
    std::optional<std::int64_t> sum; ///< absent when count is 0
    std::int64_t count = 0;
};

LevelSum
sum_levels(sql::Connection& connection, const MessageScope& scope, const MessageQuery& query);

/// Each value of the field that occurs, with the number of messages that have it. For tags, the
/// number of messages that have that tag.
std::vector<std::pair<FieldValue, std::int64_t>> count_messages_by(
    sql::Connection& connection, const MessageScope& scope, const MessageQuery& query, Field field
);

} // namespace drf_messages::store
