// SPDX-License-Identifier: MIT
#include "store/message_keyset.hpp"

#include "store/message_columns.hpp"

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
    message.bind(value);
    if (nulls_follow) {
        message.text() << " OR ";
        message.column(by.field);
        message.text() << " IS NULL)";
    }
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

void and_seek(MessageSql& message, const MessageQuery& query) {
    if (!query.seek || !query.seek->position || query.order.empty()) {
        return;
    }
    const Field field = query.order.front().field;
    const bool descending = query.order.front().descending;
    const bool inclusive = query.seek->inclusive;
    const FieldValue& position = *query.seek->position;
    const bool nulls_first = nulls_come_first(message, descending);

    if (is_null(position)) {
        if (inclusive && nulls_first) {
            return;
        }
        message.text() << " AND ";
        if (!inclusive && !nulls_first) {
            message.text() << never_true;
        } else {
            message.column(field);
            message.text() << (inclusive ? " IS NULL" : " IS NOT NULL");
        }
        return;
    }
    const bool nulls_follow = is_nullable(field) && !nulls_first;
    message.text() << (nulls_follow ? " AND (" : " AND ");
    message.column(field);
    message.text() << (descending ? " <" : " >") << (inclusive ? "= " : " ");
    message.bind(position);
    if (nulls_follow) {
        message.text() << " OR ";
        message.column(field);
        message.text() << " IS NULL)";
    }
}

void and_after(
    MessageSql& message, const std::vector<OrderBy>& order, const std::vector<FieldValue>& values
) {
    if (values.empty()) {
        return;
    }
    const bool nulls_follow =
        is_nullable(order[0].field) && !nulls_come_first(message, order[0].descending);
    if (order.size() > 1 && !is_null(values[0]) && !nulls_follow) {
        // Says nothing new, but lets the database begin in the middle of an index.
        message.text() << " AND ";
        message.column(order[0].field);
        message.text() << (order[0].descending ? " <= " : " >= ");
        message.bind(values[0]);
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
                message.bind(values[i - 1]);
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

} // namespace drf_messages::store
