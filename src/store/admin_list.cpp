// SPDX-License-Identifier: MIT
#include "store/admin_list.hpp"

#include "store/message_columns.hpp"
#include "store/message_row.hpp"
#include "store/message_sql.hpp"
#include "store/sql_text.hpp"

#include <algorithm>
#include <set>
#include <span>
#include <variant>

namespace drf_messages::store {
namespace {

/// Of src/schema/migrations/drf_messages_server_0002_index_for_prune.cpp.
constexpr std::string_view created_index = "drf_messages_server_message_oldest";

void add_fields(const Condition& condition, std::set<Field>& fields) {
    if (condition.kind == Condition::Kind::comparison) {
        fields.insert(condition.field);
    }
    for (const Condition& operand : condition.operands) {
        add_fields(operand, fields);
    }
}

/// What is read of each message in a window, beside its id.
std::set<Field> fields_of(const AdminListQuery& query) {
    std::set<Field> fields;
    add_fields(query.rest, fields);
    for (const RowTest& test : query.tests) {
        fields.insert(test.field);
    }
    for (const OrderBy& by : query.order) {
        fields.insert(by.field);
    }
    fields.erase(Field::id);
    fields.erase(Field::tag_text); // has a table of its own
    return fields;
}

/// `drf_messages_message m WHERE …`, or the same of the messages in a window.
void write_source(MessageSql& message, const AdminListQuery& query) {
    SqlText& sql = message.text();
    if (!query.window) {
        sql << "drf_messages_message m WHERE " << always_true;
        message.and_condition(query.served);
        return;
    }
    sql << "(SELECT m.id";
    for (const Field field : fields_of(query)) {
        sql << ", " << column_name(field);
    }
    sql << " FROM drf_messages_message m WHERE " << always_true;
    message.and_condition(query.served);
    message.order_by(newest_first(query.newest));
    sql << " LIMIT ";
    sql.bind(row_number(*query.window)) << ") m WHERE " << always_true;
}

/// `SELECT m.created FROM drf_messages_message m ORDER BY … LIMIT 1`
void write_end(SqlText& sql, Newest newest, bool newest_one) {
    MessageSql message(sql, {});
    std::vector<OrderBy> order = newest_first(newest);
    for (OrderBy& by : order) {
        by.descending = newest_one;
    }
    sql << "SELECT m.created FROM drf_messages_message m";
    message.order_by(order);
    sql << " LIMIT 1";
}

/// The column has the word in whatever case, as icontains says it of a message's.
void write_contains(SqlText& sql, std::string_view column, std::string_view word) {
    switch (sql.dialect()) {
    case sql::Dialect::sqlite:
        sql << "contains_all(" << column << ", ";
        sql.bind(word) << ")";
        break;
    case sql::Dialect::postgresql:
        sql << "UPPER(CAST(" << column << " AS text)) LIKE (SELECT UPPER(CAST(";
        sql.bind_owned(like_pattern(Lookup::icontains, word)) << " AS text)))";
        break;
    case sql::Dialect::mariadb:
        sql << column << " LIKE ";
        sql.bind_owned(like_pattern(Lookup::icontains, word));
        break;
    }
}

/// What the newest tags say.
void add_tag_texts(
    sql::Connection& connection, std::uint64_t window, std::size_t most, ListChoices& choices
) {
    SqlText sql(connection);
    sql << "SELECT DISTINCT x.text FROM (SELECT x.text FROM drf_messages_messagetag x"
           " ORDER BY x.id DESC LIMIT ";
    sql.bind(row_number(window)) << ") x";
    std::set<std::string> texts;
    connection.query(
        sql.statement("select_newest_tag_texts"),
        sql.parameters(),
        [&](const sql::Row& row) { texts.emplace(row.text(0)); }
    );
    choices.tag_texts.assign(texts.begin(), texts.end());
    choices.more_tag_texts = choices.tag_texts.size() > most;
    choices.tag_texts.resize(std::min(choices.tag_texts.size(), most));
}

} // namespace

Newest newest_by(sql::Connection& connection) {
    SqlText sql(connection);
    switch (sql.dialect()) {
    case sql::Dialect::sqlite:
        sql << "SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ";
        sql.bind(created_index);
        break;
    case sql::Dialect::postgresql:
        sql << "SELECT 1 FROM pg_index i WHERE i.indisvalid AND i.indexrelid = to_regclass(CAST(";
        sql.bind(created_index) << " AS text))";
        break;
    case sql::Dialect::mariadb:
        sql << "SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE()"
               " AND table_name = ";
        sql.bind(message_table) << " AND index_name = ";
        sql.bind(created_index) << " LIMIT 1";
        break;
    }
    const auto found = sql::query_one(
        connection,
        sql.statement("find_index_of_created"),
        sql.parameters(),
        [](const sql::Row&) { return true; }
    );
    return found ? Newest::by_created : Newest::by_id;
}

std::vector<OrderBy> newest_first(Newest newest) {
    if (newest == Newest::by_id) {
        return {{Field::id, true}};
    }
    return {{Field::created, true}, {Field::id, true}};
}

std::vector<MessageId> select_list_ids(sql::Connection& connection, const AdminListQuery& query) {
    SqlText sql(connection);
    MessageSql message(sql, {});
    sql << "SELECT m.id";
    for (const RowTest& test : query.tests) {
        sql << ", " << column_name(test.field);
    }
    sql << " FROM ";
    write_source(message, query);
    message.and_condition(query.rest);
    message.order_by(query.order);
    if (query.tests.empty()) {
        sql << " LIMIT ";
        sql.bind(row_number(query.limit));
    }
    std::vector<MessageId> ids;
    connection
        .query_while(sql.statement("select_list_ids"), sql.parameters(), [&](const sql::Row& row) {
            int column = 1;
            const bool fits =
                std::all_of(query.tests.begin(), query.tests.end(), [&](const RowTest& test) {
                    const int at = column++;
                    return !row.is_null(at) && test.holds(row, at);
                });
            if (fits) {
                ids.push_back({row.integer(0)});
            }
            return ids.size() < query.limit;
        });
    return ids;
}

std::optional<WindowEdge> select_window_edge(
    sql::Connection& connection, const Condition& served, Newest newest, std::uint64_t window
) {
    SqlText sql(connection);
    MessageSql message(sql, {});
    sql << "SELECT m.created, m.id FROM drf_messages_message m WHERE " << always_true;
    message.and_condition(served);
    message.order_by(newest_first(newest));
    sql << " LIMIT 2 OFFSET ";
    sql.bind(row_number(window - 1));
    std::optional<WindowEdge> edge;
    bool more = false;
    connection
        .query(sql.statement("select_window_edge"), sql.parameters(), [&](const sql::Row& row) {
            more = edge.has_value();
            if (!edge) {
                edge = WindowEdge{{}, {row.integer(1)}};
                if (newest == Newest::by_created) {
                    edge->created = row.nearest_timestamp(0);
                }
            }
        });
    return more ? edge : std::nullopt;
}

Condition in_window(const WindowEdge& edge) {
    auto not_before = Condition::compare(Field::id, Lookup::gte, edge.id.value);
    if (!edge.created) {
        return not_before;
    }
    return Condition::compare(Field::created, Lookup::gte, *edge.created) &&
           (Condition::compare(Field::created, Lookup::gt, *edge.created) || std::move(not_before));
}

ListChoices select_list_choices(
    sql::Connection& connection, Newest newest, std::uint64_t window, std::size_t most
) {
    SqlText sql(connection);
    sql << "SELECT DISTINCT m.level, m.view FROM (SELECT m.level, m.view"
           " FROM drf_messages_message m";
    MessageSql(sql, {}).order_by(newest_first(newest));
    sql << " LIMIT ";
    sql.bind(row_number(window)) << ") m";
    std::set<std::int64_t> levels;
    std::set<std::string> views;
    connection
        .query(sql.statement("select_list_choices"), sql.parameters(), [&](const sql::Row& row) {
            levels.insert(row.integer(0));
            views.emplace(row.text(1));
        });
    ListChoices choices;
    choices.more_messages = select_window_edge(connection, {}, newest, window).has_value();
    choices.levels.assign(levels.begin(), levels.end());
    choices.views.assign(views.begin(), views.end());
    choices.more_views = choices.views.size() > most;
    choices.views.resize(std::min(choices.views.size(), most));

    SqlText tags(connection);
    tags << "SELECT x.id, x.text FROM drf_messages_messagetag x ORDER BY x.id DESC LIMIT ";
    tags.bind(row_number(most + 1));
    connection.query(
        tags.statement("select_newest_tags"),
        tags.parameters(),
        [&](const sql::Row& row) { choices.tags.emplace_back(row.integer(0), row.text(1)); }
    );
    if (choices.tags.size() > most) {
        choices.tags.clear();
        add_tag_texts(connection, window, most, choices);
    }
    std::reverse(choices.tags.begin(), choices.tags.end());
    return choices;
}

std::optional<std::pair<Timestamp, Timestamp>>
select_created_range(sql::Connection& connection, Newest newest) {
    SqlText sql(connection);
    sql << "SELECT a.created FROM (";
    write_end(sql, newest, false);
    sql << ") a UNION ALL SELECT b.created FROM (";
    write_end(sql, newest, true);
    sql << ") b";
    std::vector<Timestamp> ends;
    connection.query(
        sql.statement("select_created_range"),
        sql.parameters(),
        [&](const sql::Row& row) { ends.push_back(row.nearest_timestamp(0)); }
    );
    if (ends.empty()) {
        return std::nullopt;
    }
    return std::minmax(ends.front(), ends.back());
}

std::vector<FieldValue> select_messages_of_tags(
    sql::Connection& connection, Lookup lookup, std::vector<std::int64_t> ids, std::size_t most
) {
    std::set<std::int64_t, std::greater<>> messages;
    const std::vector<sql::Value> values(ids.begin(), ids.end());
    in_batches(values, [&](std::span<const sql::Value> batch) {
        SqlText sql(connection);
        sql << "SELECT DISTINCT x.message_id FROM drf_messages_messagetag x WHERE x.id";
        if (lookup == Lookup::in) {
            sql << " IN ";
            sql.in_list(batch);
        } else {
            sql << operator_of(lookup);
            sql.bind(batch.front());
        }
        sql << " ORDER BY x.message_id DESC LIMIT ";
        sql.bind(row_number(most));
        connection.query(
            sql.statement("select_messages_of_tags"),
            sql.parameters(),
            [&](const sql::Row& row) { messages.insert(row.integer(0)); }
        );
    });
    std::vector<FieldValue> found(messages.begin(), messages.end());
    found.resize(std::min(found.size(), most));
    return found;
}

std::vector<FieldValue> select_users_with_name_like(
    sql::Connection& connection, const UserStore& users, std::string_view word, std::size_t most
) {
    const UserTable& table = users.table();
    if (!connection.can_hold(table.name, table.username_field, word)) {
        return {};
    }
    SqlText sql(connection);
    const std::string key = quoted_name(table.primary_key, sql.dialect());
    const std::string name = quoted_name(table.username_field, sql.dialect());
    sql << "SELECT u." << key << " FROM " << quoted_name(table.name, sql.dialect()) << " u WHERE ";
    write_contains(sql, "u." + name, word);
    sql << " ORDER BY u." << key << " LIMIT ";
    sql.bind(row_number(most));
    std::vector<FieldValue> keys;
    connection.query(
        sql.statement("select_users_with_name_like"),
        sql.parameters(),
        [&](const sql::Row& row) {
            const UserId user = user_of(row, 0, table.has_text_keys());
            keys.push_back(std::visit([](const auto& held) { return FieldValue(held); }, user.value)
            );
        }
    );
    return keys;
}

} // namespace drf_messages::store
