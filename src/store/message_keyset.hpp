// SPDX-License-Identifier: MIT
#pragma once

#include "model/message_query.hpp"
#include "store/message_sql.hpp"

#include <vector>

namespace drf_messages::store {

/// The query's order with the id at its end, so that equal rows have one order only.
std::vector<OrderBy> total_order(const std::vector<OrderBy>& order);

/// " AND …" for the rows where the query begins, by its `beyond` and `behind`; nothing where it has
/// neither.
/// - order: total_order(query.order).
void and_beginning(
    MessageSql& message, const MessageQuery& query, const std::vector<OrderBy>& order
);

} // namespace drf_messages::store
