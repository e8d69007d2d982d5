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
    /// " AND …" for the rows behind one whose values of `order` are these. Nothing of none.
    /// - order: one that total_order() made; values: as many.
    void and_after(const std::vector<OrderBy>& order, const std::vector<FieldValue>& values);
    /// " ORDER BY …" over columns of `m`.
    void order_by(const std::vector<OrderBy>& order);

private:
    /// Which tag a comparison with a tag is about.
    enum class TagRow {
        any,     ///< any tag of the message
        current, ///< the one that an EXISTS around it stands at
        absent,  ///< none, as if the message had no tag
    };

    void condition(const Condition& condition, bool negated);
    template<class Iterator>
    void join(Iterator first, Iterator last, std::string_view word, bool negated);
    void all_of(const Condition& condition, bool negated);
    void comparison(const Condition& condition, bool negated);
    void tag_comparison(const Condition& condition);
    void behind(const OrderBy& by, const FieldValue& value);
    bool nulls_first(bool descending) const;
    void compare(const Condition& condition);
    void in(const Condition& condition);
    void like(const Condition& condition);
    void column(Field field);
    void bind(const FieldValue& value);

    SqlText& sql_;
    std::optional<Timestamp> unread_as_of_;
    bool of_one_tag_ = false;
    TagRow tag_row_ = TagRow::any;
};

/// The column of a message `m`, or of a tag `x`.
std::string_view column_name(Field field);

/// The query's order with the id at its end, so that equal rows have one order only.
std::vector<OrderBy> total_order(const std::vector<OrderBy>& order);

} // namespace drf_messages::store
