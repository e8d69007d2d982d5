// SPDX-License-Identifier: MIT
#pragma once

#include "model/message_query.hpp"
#include "store/message_store.hpp"
#include "store/sql_text.hpp"

#include <drf_messages/time.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace drf_messages::store {

/// Writes conditions on a message `m` as Django 3.2 would on the same database.
/// - Django: django/db/models/lookups.py, sql/query.py (build_filter), backends/*/base.py
///   (operators).
class MessageSql {
public:
    MessageSql(SqlText& sql, std::optional<Timestamp> unread_as_of)
        : sql_(sql), unread_as_of_(unread_as_of) {}

    void scope(const MessageScope& scope);
    void condition(const Condition& condition) { this->condition(condition, false); }
    /// " AND …" for a condition that says something; nothing for the empty one.
    void and_condition(const Condition& condition);
    void and_seek(const MessageQuery& query);
    /// " ORDER BY …" over columns of `m`.
    void order_by(const std::vector<OrderBy>& order);

private:
    void condition(const Condition& condition, bool negated);
    void join(const Condition* first, const Condition* last, std::string_view word, bool negated);
    void comparison(const Condition& condition, bool negated);
    void compare(const Condition& condition);
    void in(const Condition& condition);
    void like(const Condition& condition);
    void column(Field field);
    void bind(const FieldValue& value);

    SqlText& sql_;
    std::optional<Timestamp> unread_as_of_;
};

/// The query's order with the id at its end, so that equal rows have one order only.
std::vector<OrderBy> total_order(const std::vector<OrderBy>& order);

} // namespace drf_messages::store
