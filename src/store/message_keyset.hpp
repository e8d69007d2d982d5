// SPDX-License-Identifier: MIT
#pragma once

#include "model/message_query.hpp"
#include "store/message_sql.hpp"

#include <vector>

namespace drf_messages::store {

/// The query's order with the id at its end, so that equal rows have one order only.
std::vector<OrderBy> total_order(const std::vector<OrderBy>& order);

/// " AND …" for the rows at or behind the query's seek; nothing where it has none.
void and_seek(MessageSql& message, const MessageQuery& query);

/// " AND …" for the rows behind one whose values of `order` are these. Nothing of none.
/// - order: one that total_order() made; values: as many.
void and_after(
    MessageSql& message, const std::vector<OrderBy>& order, const std::vector<FieldValue>& values
);

} // namespace drf_messages::store
