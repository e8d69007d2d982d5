// SPDX-License-Identifier: MIT
#include "store/message_store.hpp"

#include "sql/error.hpp"
#include "store/message_keyset.hpp"
#include "store/message_row.hpp"
#include "store/message_sql.hpp"
#include "store/sql_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>

namespace drf_messages::store {
namespace {

constexpr std::uint64_t most_reserved = 64;

/// A message's own columns, and where each of them, its tag and its user stand in a row of
/// select_message_and_tag.
constexpr std::string_view own_columns =
    "m.id, m.session_id, m.session_key, m.view, m.message, m.level, m.read_at, m.created";
namespace column {
enum : int { id, session, session_key, view, message, level, read_at, created, tag, user };
} // namespace column

void select_message_and_tag(SqlText& sql, const MessageScope& scope) {
    sql << "SELECT " << own_columns << ", t.text"
        << (scope.everybody ? ", m.user_id FROM " : " FROM ");
}

/// Begins a query of some messages in parentheses, which end_messages ends.
void begin_messages(SqlText& sql) {
    sql << "(SELECT " << own_columns << ", m.user_id FROM drf_messages_message m WHERE ";
}

/// The tags `t` of each message `m`.
std::string_view join_tags(sql::Dialect dialect) {
    if (dialect == sql::Dialect::postgresql) {
        // A plain join of a thousand messages reads the table of tags from end to end, because each
        // look-up is counted as a read from a slow disk. OFFSET 0 keeps PostgreSQL from making one
        // of this.
        return " LEFT JOIN LATERAL (SELECT x.id, x.text FROM drf_messages_messagetag x"
               " WHERE x.message_id = m.id OFFSET 0) t ON TRUE";
    }
    return " LEFT JOIN drf_messages_messagetag t ON t.message_id = m.id";
}

/// Ends a query for some messages, which is in parentheses, and adds their tags.
void end_messages(
    SqlText& sql, MessageSql& message, const MessageQuery& query, const std::vector<OrderBy>& order
) {
    message.order_by(order);
    sql << " LIMIT ";
    sql.bind(row_number(query.limit.value_or(std::numeric_limits<std::uint64_t>::max())));
    sql << " OFFSET ";
    sql.bind(row_number(query.offset));
    sql << ") m" << join_tags(sql.dialect());
}

/// Whether SQLite reads the messages and their tags in the query's order by walking two indexes, so
/// that a page is what comes first. Any other order would have it sort them all.
bool comes_in_order(
    sql::Dialect dialect,
    const MessageScope& scope,
    const MessageQuery& query,
    const std::vector<OrderBy>& order
) {
    const bool everything =
        query.where.kind == Condition::Kind::all_of && query.where.operands.empty();
    return dialect == sql::Dialect::sqlite && query.offset == 0 && everything && !scope.everybody &&
           !scope.by_session && order.size() == 2 && order.front().field == Field::created &&
           order.front().descending != order.back().descending;
}

std::optional<std::string> optional_text(const sql::Row& row, int column) {
    if (row.is_null(column)) {
        return std::nullopt;
    }
    return std::string(row.text(column));
}

/// The values by which a query orders a row of select_message_and_tag, as the database holds them:
/// even a time that only SQLite accepts as one, so that the next batch begins where this one ended.
FieldValue order_value(const sql::Row& row, Field field, const MessageScope& scope, bool raw_time) {
    const auto text = [&row](int at) {
        return row.is_null(at) ? FieldValue() : std::string(row.text(at));
    };
    const auto moment = [&](int at) {
        return raw_time || row.is_null(at) ? text(at) : FieldValue(row.timestamp(at));
    };
    switch (field) {
    case Field::user:
        if (!scope.everybody) {
            return std::visit([](const auto& key) { return FieldValue(key); }, scope.user.value);
        }
        return scope.text_keys ? text(column::user) : FieldValue(row.integer(column::user));
    case Field::session:
        return text(column::session);
    case Field::session_key:
        return text(column::session_key);
    case Field::view:
        return text(column::view);
    case Field::message:
        return text(column::message);
    case Field::level:
        return row.integer(column::level);
    case Field::read_at:
        return moment(column::read_at);
    case Field::created:
        return moment(column::created);
    case Field::id:
    case Field::tag_text:
        break;
    }
    return row.integer(column::id);
}

/// Rows of select_message_and_tag as messages: those of one message follow each other.
class MessageReader {
public:
    MessageReader(const MessageScope& scope, const LogSink& log) : scope_(scope), log_(log) {}

    /// - limit: how many messages; false where the row is of another one, and then it is left out.
    bool add(const sql::Row& row, std::uint64_t limit = std::numeric_limits<std::uint64_t>::max()) {
        const MessageId id{row.integer(column::id)};
        if (messages.empty() || messages.back().id != id) {
            if (messages.size() >= limit) {
                return false;
            }
            Message& message = messages.emplace_back();
            message.id = id;
            message.user =
                scope_.everybody ? user_of(row, column::user, scope_.text_keys) : scope_.user;
            message.session = optional_text(row, column::session);
            message.session_key = optional_text(row, column::session_key);
            message.view = row.text(column::view);
            message.message = row.text(column::message);
            message.level = level_of(row.integer(column::level));
            if (!row.is_null(column::read_at)) {
                message.read_at = moment(row, column::read_at, "read_at");
            }
            message.created = moment(row, column::created, "created");
        }
        if (!row.is_null(column::tag)) {
            messages.back().extra_tags.emplace_back(row.text(column::tag));
        }
        return true;
    }

    std::vector<Message> messages;

private:
    Timestamp moment(const sql::Row& row, int at, std::string_view name) const {
        if (const auto readable = readable_moment(row, at)) {
            return *readable;
        }
        // One such row must not take the user's whole list away.
        if (log_) {
            log_(
                LogLevel::warning,
                fmt::format(
                    "drf_messages_message {}: {} holds no date and time; taken as 0001-01-01",
                    row.integer(column::id),
                    name
                )
            );
        }
        return unreadable_moment;
    }

    const MessageScope& scope_;
    const LogSink& log_;
};

} // namespace

std::optional<MessageScope> message_scope(const Viewer& viewer, bool messages_use_sessions) {
    if (!viewer.user) {
        return std::nullopt;
    }
    MessageScope scope;
    scope.user = *viewer.user;
    scope.by_session = messages_use_sessions && viewer.has_session;
    if (scope.by_session) {
        scope.session_key = viewer.session_key;
    }
    return scope;
}

std::vector<Message> select_messages(
    sql::Connection& connection,
    const MessageScope& scope,
    const MessageQuery& query,
    const LogSink& log
) {
    if (query.limit == 0) {
        return {};
    }
    const std::vector<OrderBy> order = total_order(query.order);
    SqlText sql(connection.dialect());
    MessageSql message(sql, query.unread_as_of);
    const bool some =
        (query.limit || query.offset > 0) && !comes_in_order(sql.dialect(), scope, query, order);

    select_message_and_tag(sql, scope);
    if (some) {
        // Limit the messages before their tags multiply the rows.
        begin_messages(sql);
    } else {
        sql << "drf_messages_message m" << join_tags(sql.dialect()) << " WHERE ";
    }
    message.scope(scope);
    message.and_condition(query.where);
    and_seek(message, query);
    if (some) {
        end_messages(sql, message, query, order);
    }
    message.order_by(order);
    sql << ", t.id";

    MessageReader rows(scope, log);
    const std::uint64_t limit = query.limit.value_or(std::numeric_limits<std::uint64_t>::max());
    rows.messages.reserve(std::min(query.limit.value_or(0), most_reserved));
    connection.query_while(
        sql.statement("select_messages"),
        sql.parameters(),
        [&](const sql::Row& row) { return rows.add(row, limit); }
    );
    return std::move(rows.messages);
}

std::vector<Message> select_messages_after(
    sql::Connection& connection,
    const MessageScope& scope,
    const MessageQuery& query,
    std::vector<FieldValue>& position,
    const LogSink& log
) {
    const std::vector<OrderBy> order = total_order(query.order);
    SqlText sql(connection.dialect());
    MessageSql message(sql, query.unread_as_of);
    select_message_and_tag(sql, scope);
    begin_messages(sql);
    message.scope(scope);
    message.and_condition(query.where);
    and_after(message, order, position);
    end_messages(sql, message, query, order);
    message.order_by(order);
    sql << ", t.id";

    MessageReader rows(scope, log);
    std::vector<FieldValue> last(order.size());
    const bool raw_time = sql.dialect() == sql::Dialect::sqlite;
    connection
        .query(sql.statement("select_messages_after"), sql.parameters(), [&](const sql::Row& row) {
            rows.add(row);
            for (std::size_t i = 0; i < order.size(); ++i) {
                last[i] = order_value(row, order[i].field, scope, raw_time);
            }
        });
    if (!rows.messages.empty()) {
        position = std::move(last);
    }
    return std::move(rows.messages);
}

std::optional<Message> select_message(
    sql::Connection& connection,
    const MessageScope& scope,
    MessageId id,
    const Condition& where,
    const LogSink& log
) {
    SqlText sql(connection.dialect());
    MessageSql message(sql, std::nullopt);
    select_message_and_tag(sql, scope);
    sql << "drf_messages_message m" << join_tags(sql.dialect()) << " WHERE m.id = ";
    sql.bind(id.value) << " AND ";
    message.scope(scope);
    message.and_condition(where);
    sql << " ORDER BY t.id";

    MessageReader rows(scope, log);
    connection.query(
        sql.statement("select_message"),
        sql.parameters(),
        [&rows](const sql::Row& row) { rows.add(row); }
    );
    if (rows.messages.empty()) {
        return std::nullopt;
    }
    return std::move(rows.messages.front());
}

std::int64_t
count_messages(sql::Connection& connection, const MessageScope& scope, const MessageQuery& query) {
    SqlText sql(connection.dialect());
    MessageSql message(sql, query.unread_as_of);
    sql << "SELECT COUNT(*) FROM drf_messages_message m WHERE ";
    message.scope(scope);
    message.and_condition(query.where);
    const auto count = sql::query_one(
        connection,
        sql.statement("count_messages"),
        sql.parameters(),
        [](const sql::Row& row) { return row.integer(0); }
    );
    return count.value_or(0);
}

bool any_message(
    sql::Connection& connection,
    const MessageScope& scope,
    const Condition& where,
    std::uint64_t beyond
) {
    SqlText sql(connection.dialect());
    MessageSql message(sql, std::nullopt);
    sql << "SELECT 1 FROM drf_messages_message m WHERE ";
    message.scope(scope);
    message.and_condition(where);
    sql << " LIMIT 1";
    if (beyond > 0) {
        sql << " OFFSET ";
        sql.bind(row_number(beyond));
    }
    bool any = false;
    connection.query(sql.statement("any_message"), sql.parameters(), [&any](const sql::Row&) {
        any = true;
    });
    return any;
}

UnreadSummary summarize_unread(sql::Connection& connection, const MessageScope& scope) {
    SqlText sql(connection.dialect());
    MessageSql message(sql, std::nullopt);
    sql << "SELECT COUNT(*), MAX(m.level) FROM drf_messages_message m WHERE ";
    message.scope(scope);
    sql << " AND m.read_at IS NULL";
    UnreadSummary summary;
    connection.query(
        sql.statement("summarize_unread"),
        sql.parameters(),
        [&summary](const sql::Row& row) {
            summary.count = row.integer(0);
            if (!row.is_null(1)) {
                summary.max_level = level_of(row.integer(1));
            }
        }
    );
    return summary;
}

} // namespace drf_messages::store
