// SPDX-License-Identifier: MIT
#include "store/message_store.hpp"

#include "sql/error.hpp"
#include "sql/sql_timestamp.hpp"
#include "store/message_columns.hpp"
#include "store/message_keyset.hpp"
#include "store/message_row.hpp"
#include "store/message_sql.hpp"
#include "store/sql_text.hpp"
#include "store/user_count.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <variant>

namespace drf_messages::store {
namespace {

constexpr std::uint64_t most_reserved = 64;
/// Room for so many is made with the first tag of a message.
constexpr std::size_t usual_tags = 2;

/// A message's own columns, and where each of them, its tag and its user stand in a row of
/// select_message_and_tag.
constexpr std::string_view own_columns =
    "m.id, m.session_id, m.session_key, m.view, m.message, m.level, m.read_at, m.created";
namespace column {
enum : int { id, session, session_key, view, message, level, read_at, created, tag, user };
} // namespace column

/// Where the values of its place begin.
int key_column(const MessageScope& scope) {
    return scope.everybody ? column::user + 1 : column::user;
}

/// - keys: the fields of a place, if the rows are to have one.
void select_message_and_tag(
    MessageSql& message, const MessageScope& scope, std::span<const OrderBy> keys
) {
    SqlText& sql = message.text();
    sql << "SELECT " << own_columns << ", t.text" << (scope.everybody ? ", m.user_id" : "");
    for (const OrderBy& by : keys) {
        sql << ", ";
        message.order_value(by.field);
    }
    sql << " FROM ";
}

/// Begins a query of some messages in parentheses, which end_messages ends.
/// - few: whether it is to be of the first_few.
void begin_messages(SqlText& sql, bool few) {
    sql << (few ? "(SELECT * FROM " : "") << "(SELECT " << own_columns
        << ", m.user_id FROM drf_messages_message m WHERE ";
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

/// PostgreSQL keeps a plan only where it costs no more than one for the values at hand, and of a
/// limit and an offset that it does not know it expects a tenth of the rows each. A number in the
/// text says how few they are. In a page that reads most of a usual user's messages it would rather
/// sort all of them, and keep that for the user with a hundred thousand.
constexpr std::uint64_t first_few = 32;

/// Ends a query for some messages, which is in parentheses, and adds their tags.
void end_messages(
    SqlText& sql,
    MessageSql& message,
    const MessageQuery& query,
    const std::vector<OrderBy>& order,
    bool few
) {
    message.order_by(order);
    if (few) {
        sql << fmt::format(" LIMIT {}) m", first_few);
        message.order_by(order);
    }
    sql << " LIMIT ";
    sql.bind(row_number(query.limit.value_or(std::numeric_limits<std::uint64_t>::max())));
    if (!few) {
        sql << " OFFSET ";
        sql.bind(row_number(query.offset));
    }
    sql << ") m" << join_tags(sql.dialect());
}

/// Whether it is about all messages of one user.
bool is_all_of_a_user(const MessageScope& scope, const MessageQuery& query) {
    const bool everything =
        query.where.kind == Condition::Kind::all_of && query.where.operands.empty();
    return everything && !scope.everybody && !scope.by_session;
}

/// Whether it begins with the newest of all messages of a user, or with the oldest: what an index
/// has in that order.
bool begins_the_list(
    const MessageScope& scope, const MessageQuery& query, const std::vector<OrderBy>& order
) {
    return query.offset == 0 && is_all_of_a_user(scope, query) && order.size() == 2 &&
           order.front().field == Field::created &&
           order.front().descending != order.back().descending;
}

/// Whether SQLite reads the messages and their tags in the query's order by walking two indexes, so
/// that a page is what comes first. Any other order would have it sort them all.
bool comes_in_order(
    sql::Dialect dialect,
    const MessageScope& scope,
    const MessageQuery& query,
    const std::vector<OrderBy>& order
) {
    return dialect == sql::Dialect::sqlite && begins_the_list(scope, query, order);
}

/// Whether it is a page of the first_few, for PostgreSQL to keep its plan.
bool is_first_few(
    sql::Dialect dialect,
    const MessageScope& scope,
    const MessageQuery& query,
    const std::vector<OrderBy>& order
) {
    return dialect == sql::Dialect::postgresql && query.limit && *query.limit <= first_few &&
           !query.beyond && query.behind.empty() && begins_the_list(scope, query, order);
}

std::optional<std::string> optional_text(const sql::Row& row, int column) {
    if (row.is_null(column)) {
        return std::nullopt;
    }
    return std::string(row.text(column));
}

/// A value by which a query orders, such that the database finds it again.
FieldValue order_value(const sql::Row& row, int at, Field field) {
    if (row.is_null(at)) {
        return {};
    }
    if (field == Field::id) {
        return row.integer(at);
    }
    std::string text(row.text(at));
    if (field == Field::level || field == Field::created || field == Field::read_at) {
        // SQLite holds a number in a column of times too, and no text is equal to it.
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error == std::errc() && end == text.data() + text.size()) {
            return number;
        }
    }
    return text;
}

/// Whether a message that shows the value is found again by what it shows.
bool is_shown(sql::Dialect dialect, const Message& message, Field field, const FieldValue& value) {
    if (is_null(value)) {
        return false;
    }
    switch (field) {
    case Field::id:
        return true;
    case Field::level:
        return value == FieldValue(std::int64_t{message.level});
    case Field::view:
    case Field::message:
        return true;
    case Field::created:
    case Field::read_at:
        break;
    case Field::user:
    case Field::session:
    case Field::session_key:
    case Field::tag_text:
        return false;
    }
    const auto* text = std::get_if<std::string>(&value);
    const auto moment = text != nullptr ? sql::parse_timestamp(*text) : std::nullopt;
    sql::TimestampBuffer buffer;
    return moment &&
           (dialect != sql::Dialect::sqlite || sql::format_timestamp(*moment, buffer) == *text);
}

/// Rows of select_message_and_tag as messages: those of one message follow each other.
class MessageReader {
public:
    /// - order: of the places, if the rows have one.
    MessageReader(
        sql::Dialect dialect,
        const MessageScope& scope,
        const LogSink& log,
        std::span<const OrderBy> order = {}
    )
        : dialect_(dialect), scope_(scope), log_(log), order_(order) {}

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
            if (!order_.empty()) {
                keys.push_back(key(row));
            }
        }
        if (!row.is_null(column::tag)) {
            std::vector<std::string>& tags = messages.back().extra_tags;
            if (tags.empty()) {
                tags.reserve(usual_tags);
            }
            tags.emplace_back(row.text(column::tag));
        }
        return true;
    }

    std::vector<Message> messages;
    std::vector<OrderKey> keys;

private:
    OrderKey key(const sql::Row& row) const {
        OrderKey key;
        key.values.reserve(order_.size());
        int at = key_column(scope_);
        for (const OrderBy& by : order_) {
            key.values.push_back(order_value(row, at++, by.field));
        }
        const Field first = order_.front().field;
        key.shown = is_shown(dialect_, messages.back(), first, key.values.front()) &&
                    (first != Field::created || readable_moment(row, column::created)) &&
                    (first != Field::read_at || readable_moment(row, column::read_at));
        return key;
    }

    Timestamp moment(const sql::Row& row, int at, std::string_view name) const {
        if (const auto readable = readable_moment(row, at)) {
            return *readable;
        }
        // One such row must not take the user's whole list away.
        const Timestamp nearest = row.nearest_timestamp(at);
        if (log_) {
            sql::TimestampBuffer buffer;
            log_(
                LogLevel::warning,
                fmt::format(
                    "drf_messages_message {}: {} holds no date and time; taken as {}",
                    row.integer(column::id),
                    name,
                    sql::format_timestamp(nearest, buffer)
                )
            );
        }
        return nearest;
    }

    sql::Dialect dialect_;
    const MessageScope& scope_;
    const LogSink& log_;
    std::span<const OrderBy> order_;
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
    SqlText sql(connection);
    MessageSql message(sql, query.unread_as_of);
    const bool some =
        (query.limit || query.offset > 0) && !comes_in_order(sql.dialect(), scope, query, order);
    const bool few = is_first_few(sql.dialect(), scope, query, order);

    const std::span<const OrderBy> keys = query.keys ? order : std::span<const OrderBy>();
    select_message_and_tag(message, scope, keys);
    if (some) {
        // Limit the messages before their tags multiply the rows.
        begin_messages(sql, few);
    } else {
        sql << "drf_messages_message m" << join_tags(sql.dialect()) << " WHERE ";
    }
    message.scope(scope);
    message.and_condition(query.where);
    and_beginning(message, query, order);
    if (some) {
        end_messages(sql, message, query, order, few);
    }
    message.order_by(order);
    sql << ", t.id";

    MessageReader rows(sql.dialect(), scope, log, keys);
    const std::uint64_t limit = query.limit.value_or(std::numeric_limits<std::uint64_t>::max());
    rows.messages.reserve(std::min(query.limit.value_or(0), most_reserved));
    connection.query_while(
        sql.statement("select_messages"),
        sql.parameters(),
        [&](const sql::Row& row) { return rows.add(row, limit); }
    );
    if (query.keys) {
        *query.keys = std::move(rows.keys);
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
    SqlText sql(connection);
    MessageSql message(sql, std::nullopt);
    select_message_and_tag(message, scope, {});
    sql << "drf_messages_message m" << join_tags(sql.dialect()) << " WHERE m.id = ";
    sql.bind(id.value) << " AND ";
    message.scope(scope);
    message.and_condition(where);
    sql << " ORDER BY t.id";

    MessageReader rows(sql.dialect(), scope, log);
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
    if (connection.dialect() == sql::Dialect::sqlite && is_all_of_a_user(scope, query)) {
        return count_of_user(connection, scope.user);
    }
    SqlText sql(connection);
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
    SqlText sql(connection);
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

UnreadSummary
summarize_unread(sql::Connection& connection, const MessageScope& scope, const Condition& where) {
    SqlText sql(connection);
    MessageSql message(sql, std::nullopt);
    sql << "SELECT COUNT(*), MAX(m.level) FROM drf_messages_message m WHERE ";
    message.scope(scope);
    sql << " AND m.read_at IS NULL";
    message.and_condition(where);
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
