// SPDX-License-Identifier: MIT
#include "store/message_aggregates.hpp"

#include "store/message_columns.hpp"
#include "store/message_keyset.hpp"
#include "store/message_row.hpp"
#include "store/message_sql.hpp"
#include "store/sql_text.hpp"

#include <limits>
#include <string>
#include <variant>

namespace drf_messages::store {
namespace {

/// `(SELECT m.id, … FROM drf_messages_message m WHERE …) m`: what an aggregate ranges over.
void select_from(SqlText& sql, const MessageScope& scope, const MessageQuery& query, Field field) {
    MessageSql message(sql, query.unread_as_of);
    sql << "(SELECT m.id";
    if (field != Field::id && field != Field::tag_text) {
        sql << ", " << column_name(field);
    }
    sql << " FROM drf_messages_message m WHERE ";
    message.scope(scope);
    message.and_condition(query.where);
    if (query.limit || query.offset > 0) {
        message.order_by(total_order(query.order));
        sql << " LIMIT ";
        sql.bind(row_number(query.limit.value_or(std::numeric_limits<std::uint64_t>::max())));
        sql << " OFFSET ";
        sql.bind(row_number(query.offset));
    }
    sql << ") m";
}

FieldValue value_of(const sql::Row& row, int column, Field field, const MessageScope& scope) {
    if (row.is_null(column)) {
        return {};
    }
    switch (field) {
    case Field::id:
        return row.integer(column);
    case Field::level:
        return std::int64_t{level_of(row.integer(column))};
    case Field::read_at:
    case Field::created:
        return row.nearest_timestamp(column);
    case Field::user: {
        const bool text_keys = scope.everybody
                                   ? scope.text_keys
                                   : std::holds_alternative<std::string>(scope.user.value);
        const UserId user = user_of(row, column, text_keys);
        return std::visit([](const auto& key) { return FieldValue(key); }, user.value);
    }
    case Field::session:
    case Field::session_key:
    case Field::view:
    case Field::message:
    case Field::tag_text:
        break;
    }
    return std::string(row.text(column));
}

} // namespace

FieldValue select_extreme(
    sql::Connection& connection,
    const MessageScope& scope,
    const MessageQuery& query,
    std::string_view function,
    Field field
) {
    SqlText sql(connection);
    sql << "SELECT " << function << "(" << column_name(field) << ") FROM ";
    select_from(sql, scope, query, field);
    const auto value = sql::query_one(
        connection,
        sql.statement("select_extreme"),
        sql.parameters(),
        [&](const sql::Row& row) { return value_of(row, 0, field, scope); }
    );
    return value.value_or(FieldValue());
}

LevelSum
sum_levels(sql::Connection& connection, const MessageScope& scope, const MessageQuery& query) {
    SqlText sql(connection);
    // MariaDB's sum of integers is a decimal.
    sql << (sql.dialect() == sql::Dialect::mariadb ? "SELECT CAST(SUM(m.level) AS SIGNED)"
                                                   : "SELECT SUM(m.level)")
        << ", COUNT(*) FROM ";
    select_from(sql, scope, query, Field::level);
    const auto sum = sql::query_one(
        connection,
        sql.statement("sum_levels"),
        sql.parameters(),
        [](const sql::Row& row) {
            return row.is_null(0) ? LevelSum() : LevelSum{row.integer(0), row.integer(1)};
        }
    );
    return sum.value_or(LevelSum());
}

std::vector<std::pair<FieldValue, std::int64_t>> count_messages_by(
    sql::Connection& connection, const MessageScope& scope, const MessageQuery& query, Field field
) {
    const bool of_tags = field == Field::tag_text;
    SqlText sql(connection);
    sql << "SELECT " << column_name(field) << (of_tags ? ", COUNT(DISTINCT m.id)" : ", COUNT(*)")
        << " FROM ";
    select_from(sql, scope, query, field);
    if (of_tags) {
        sql << " JOIN drf_messages_messagetag x ON x.message_id = m.id";
    }
    sql << " GROUP BY " << column_name(field);
    std::vector<std::pair<FieldValue, std::int64_t>> counts;
    connection
        .query(sql.statement("count_messages_by"), sql.parameters(), [&](const sql::Row& row) {
            counts.emplace_back(value_of(row, 0, field, scope), row.integer(1));
        });
    return counts;
}

} // namespace drf_messages::store
