// SPDX-License-Identifier: MIT
#pragma once

#include "store/message_predicate.hpp"
#include "store/message_store.hpp"
#include "store/sql_text.hpp"

#include <drf_messages/time.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::store {

/// What LIKE compares with, its wildcards behind backslashes.
/// - Django: DatabaseOperations.prep_for_like_query.
std::string like_pattern(Lookup lookup, std::string_view text);

/// " >= " of gte, and so on; " = " of what is no ordering.
std::string_view operator_of(Lookup lookup);

/// Writes conditions on a message `m` as Django 3.2 would on the same database.
/// - Django: django/db/models/lookups.py, sql/query.py (build_filter), backends/*/base.py
///   (operators).
class MessageSql {
public:
    MessageSql(SqlText& sql, std::optional<Timestamp> unread_as_of)
        : sql_(sql), unread_as_of_(unread_as_of) {}

    SqlText& text() noexcept { return sql_; }

    /// - scope: lives as long as this does.
    void scope(const MessageScope& scope);
    /// " AND …" for a condition that says something; nothing for the empty one. A search for many
    /// or long words may ask the database which of the scope's messages have them.
    void and_condition(const Condition& condition);
    /// " ORDER BY …" over columns of `m`.
    void order_by(const std::vector<OrderBy>& order);

    void column(Field field);
    /// The column's value as text that is equal to it again when it is bound.
    void order_value(Field field);
    /// What the field's column is compared with; null, and so without any row, for a value that it
    /// cannot hold.
    /// - value: lives until the statement has run.
    void bind(Field field, const FieldValue& value);

private:
    void print(const Predicate& predicate);
    void join(std::span<const Predicate> operands, std::string_view word);
    void tag(std::string_view exists, std::span<const Predicate> operands);
    void compare(const Condition& condition);
    void compare(Field field, Lookup lookup, const FieldValue& value);
    void in(const Condition& condition);
    void in_list(Field field, std::vector<sql::Value> values);
    void contains_all(const Condition& condition);
    void like(const Condition& condition);
    void like(Field field, Lookup lookup, std::string_view text);
    bool can_hold(Field field, const FieldValue& value);

    SqlText& sql_;
    std::optional<Timestamp> unread_as_of_;
    const MessageScope* one_user_ = nullptr; ///< the scope, but for everybody's
};

} // namespace drf_messages::store
