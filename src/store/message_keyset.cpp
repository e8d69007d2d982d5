// SPDX-License-Identifier: MIT
#include "store/message_keyset.hpp"

#include "store/message_columns.hpp"

#include <cstddef>
#include <stdexcept>

namespace drf_messages::store {
namespace {

bool nulls_come_first(MessageSql& message, bool descending) {
    // SQLite and MariaDB count null as the smallest value, PostgreSQL as the largest.
    return (message.text().dialect() == sql::Dialect::postgresql) == descending;
}

/// The rows behind one whose value of `by` this is, whatever the other values.
void behind(MessageSql& message, const OrderBy& by, const FieldValue& value) {
    const bool nulls_first = nulls_come_first(message, by.descending);
    if (is_null(value)) {
        if (nulls_first) {
            message.column(by.field);
        }
        message.text() << (nulls_first ? " IS NOT NULL" : never_true);
        return;
    }
    const bool nulls_follow = is_nullable(by.field) && !nulls_first;
    message.text() << (nulls_follow ? "(" : "");
    message.column(by.field);
    message.text() << (by.descending ? " < " : " > ");
    message.bind(by.field, value);
    if (nulls_follow) {
        message.text() << " OR ";
        message.column(by.field);
        message.text() << " IS NULL)";
    }
}

void and_behind(
    MessageSql& message, const std::vector<OrderBy>& order, const std::vector<FieldValue>& values
) {
    if (values.empty()) {
        return;
    }
    if (values.size() != order.size()) {
        throw std::logic_error("a place in a query has a value for each field of its order");
    }
    const bool nulls_follow =
        is_nullable(order[0].field) && !nulls_come_first(message, order[0].descending);
    if (order.size() > 1 && !is_null(values[0]) && !nulls_follow) {
        // Says nothing new, but lets the database begin in the middle of an index.
        message.text() << " AND ";
        message.column(order[0].field);
        message.text() << (order[0].descending ? " <= " : " >= ");
        message.bind(order[0].field, values[0]);
    }
    message.text() << " AND (";
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i > 0) {
            message.text() << " OR (";
            message.column(order[i - 1].field);
            if (is_null(values[i - 1])) {
                message.text() << " IS NULL";
            } else {
                message.text() << " = ";
                message.bind(order[i - 1].field, values[i - 1]);
            }
            message.text() << " AND (";
        }
        behind(message, order[i], values[i]);
    }
    for (std::size_t i = 1; i < order.size(); ++i) {
        message.text() << "))";
    }
    message.text() << ")";
}

} // namespace

std::vector<OrderBy> total_order(const std::vector<OrderBy>& order) {
    std::vector<OrderBy> total;
    total.reserve(order.size() + 1);
    for (const OrderBy& by : order) {
        if (by.field == Field::tag_text) {
            continue;
        }
        total.push_back(by);
        if (by.field == Field::id) {
            return total;
        }
    }
    total.push_back({Field::id, false});
    return total;
}

void and_beginning(
    MessageSql& message, const MessageQuery& query, const std::vector<OrderBy>& order
) {
    if (query.beyond) {
        message.text() << " AND ";
        behind(message, order.front(), *query.beyond);
    }
    and_behind(message, order, query.behind);
}

} // namespace drf_messages::store
