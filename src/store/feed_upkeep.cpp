// SPDX-License-Identifier: MIT
#include "store/feed_upkeep.hpp"

#include "sql/transaction.hpp"
#include "store/feed_query.hpp"
#include "store/message_row.hpp"
#include "store/sql_text.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <vector>

namespace drf_messages::store {
namespace {

constexpr std::int64_t trimmed_at_once = 500;

/// The database's clock, in the milliseconds of `at` and `held_until`.
std::string_view now(sql::Dialect dialect) {
    switch (dialect) {
    case sql::Dialect::sqlite:
        return "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";
    case sql::Dialect::postgresql:
        return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS bigint)";
    case sql::Dialect::mariadb:
        break;
    }
    return "TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(3)) DIV 1000";
}

constexpr sql::Statement select_waiting_count = {
    "count_changes", "SELECT COUNT(*) FROM drf_messages_server_change c"};

constexpr sql::Statement update_epoch = {
    "begin_epoch", "UPDATE drf_messages_server_info SET epoch = ? WHERE epoch = ?"};

/// SQLite numbers the feed itself, and may have begun anew: what was trimmed before is no measure.
/// Its columns hold any type, and a blob equals no text.
constexpr sql::Statement update_epoch_and_position = {
    "begin_epoch",
    "UPDATE drf_messages_server_info SET epoch = ?, trimmed_to = 0,"
    " position = COALESCE((SELECT MAX(f.position) FROM drf_messages_server_feed f), 0)"
    " WHERE CAST(epoch AS TEXT) = ?"};

constexpr sql::Statement select_epoch = {
    "select_epoch", "SELECT i.epoch FROM drf_messages_server_info i"};

constexpr sql::Statement update_trimmed = {
    "update_trimmed", "UPDATE drf_messages_server_info SET trimmed_to = ? WHERE trimmed_to < ?"};

/// The tables as they grow: TRUNCATE begins to count anew. Another server of a cluster may have
/// counted otherwise.
constexpr sql::Statement select_source = {
    "select_source",
    "SELECT @@hostname, @@port, SUM(CASE WHEN t.TABLE_NAME = 'drf_messages_message'"
    " THEN t.AUTO_INCREMENT ELSE 0 END), SUM(CASE WHEN t.TABLE_NAME = 'drf_messages_messagetag'"
    " THEN t.AUTO_INCREMENT ELSE 0 END) FROM information_schema.TABLES t"
    " WHERE t.TABLE_SCHEMA = DATABASE()"
    " AND t.TABLE_NAME IN ('drf_messages_message', 'drf_messages_messagetag')"};

constexpr sql::Statement select_known_source = {
    "select_known_source", "SELECT i.source FROM drf_messages_server_info i"};

constexpr sql::Statement update_source = {
    "update_source", "UPDATE drf_messages_server_info SET source = ?"};

/// "HOST:PORT MESSAGES TAGS"
struct Source {
    std::string server;
    std::int64_t messages = 0;
    std::int64_t tags = 0;

    std::string str() const {
        return server + ' ' + std::to_string(messages) + ' ' + std::to_string(tags);
    }
};

} // namespace

std::optional<FeedLook> look_at_feed(sql::Connection& connection) {
    SqlText sql(connection);
    sql << "SELECT i.epoch, i.position, i.trimmed_to,"
           " COALESCE((SELECT MAX(f.position) FROM drf_messages_server_feed f), 0),"
           " CASE WHEN EXISTS (SELECT 1 FROM drf_messages_server_change c) THEN 1 ELSE 0 END,"
           " CASE WHEN i.held_until >= "
        << now(sql.dialect()) << " THEN 1 ELSE 0 END FROM drf_messages_server_info i";
    return query_feed(
        connection,
        sql.statement("look_at_feed"),
        sql.parameters(),
        [](const sql::Row& row) {
            return FeedLook{
                {std::string(row.text(0)),
                 std::max(row.integer(1), row.integer(3)),
                 row.integer(2)},
                row.integer(4) != 0,
                row.integer(5) != 0};
        }
    );
}

std::int64_t count_waiting(sql::Connection& connection) {
    const auto count =
        sql::query_one(connection, select_waiting_count, {}, [](const sql::Row& row) {
            return row.integer(0);
        });
    return count.value_or(0);
}

std::optional<std::chrono::milliseconds>
age_of_row(sql::Connection& connection, std::int64_t position) {
    SqlText sql(connection);
    sql << "SELECT " << now(sql.dialect())
        << " - f.at FROM drf_messages_server_feed f WHERE f.position = ";
    sql.bind(position);
    return sql::query_one(
        connection,
        sql.statement("select_age"),
        sql.parameters(),
        [](const sql::Row& row) {
            return std::chrono::milliseconds(std::max<std::int64_t>(0, row.integer(0)));
        }
    );
}

bool take_lease(
    sql::Connection& connection, std::string_view holder, std::chrono::milliseconds length
) {
    SqlText sql(connection);
    const std::string_view clock = now(sql.dialect());
    sql << "UPDATE drf_messages_server_info SET holder = ";
    sql.bind(holder) << ", held_until = " << clock << " + ";
    sql.bind(std::int64_t{length.count()}) << " WHERE holder = ";
    sql.bind(holder) << " OR held_until IS NULL OR held_until < " << clock;
    return connection.execute(sql.statement("take_lease"), sql.parameters()) > 0;
}

void end_lease(sql::Connection& connection, std::string_view holder) {
    SqlText sql(connection);
    sql << "UPDATE drf_messages_server_info SET holder = NULL, held_until = NULL WHERE holder = ";
    sql.bind(holder);
    connection.execute(sql.statement("end_lease"), sql.parameters());
}

void begin_epoch(sql::Connection& connection, std::string_view old) {
    const std::string epoch = new_epoch();
    const std::array<sql::Value, 2> parameters = {std::string_view(epoch), old};
    const bool numbers_itself = connection.dialect() == sql::Dialect::sqlite;
    connection.execute(numbers_itself ? update_epoch_and_position : update_epoch, parameters);
}

bool mend_epoch(sql::Connection& connection) {
    const auto written = if_there([&] {
        return sql::query_one(connection, select_epoch, {}, [](const sql::Row& row) {
            return std::string(row.text(0));
        });
    });
    if (!written || is_epoch(*written)) {
        return false;
    }
    begin_epoch(connection, *written);
    return true;
}

std::string new_epoch() {
    constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
    constexpr std::size_t length = 10;
    std::random_device random;
    std::uniform_int_distribution<std::size_t> digit(0, digits.size() - 1);
    std::string epoch(length, '0');
    for (char& c : epoch) {
        c = digits[digit(random)];
    }
    return epoch;
}

Trimmed trim_feed(sql::Connection& connection, std::int64_t after, std::chrono::seconds history) {
    SqlText sql(connection);
    sql << "SELECT f.position, CASE WHEN f.at < " << now(sql.dialect()) << " - ";
    sql.bind(std::int64_t{std::chrono::milliseconds(history).count()})
        << " THEN 1 ELSE 0 END, CASE WHEN EXISTS (SELECT 1 FROM drf_messages_server_feed n"
           " WHERE n.user_id = f.user_id AND n.position > f.position) THEN 1 ELSE 0 END"
           " FROM drf_messages_server_feed f WHERE f.position > ";
    sql.bind(after) << " ORDER BY f.position LIMIT ";
    sql.bind(trimmed_at_once);

    Trimmed trimmed{after, false, 0};
    std::int64_t seen = 0;
    std::vector<sql::Value> old;
    connection.query(sql.statement("select_old_feed"), sql.parameters(), [&](const sql::Row& row) {
        ++seen;
        trimmed.is_done = trimmed.is_done || row.integer(1) == 0;
        if (trimmed.is_done) {
            return;
        }
        trimmed.looked_to = row.integer(0);
        if (row.integer(2) != 0) {
            old.emplace_back(row.integer(0));
        }
    });
    trimmed.is_done = trimmed.is_done || seen < trimmed_at_once;
    if (old.empty()) {
        return trimmed;
    }
    trimmed.rows = sql::transact(connection, [&] {
        const std::array<sql::Value, 2> last = {old.back(), old.back()};
        connection.execute(update_trimmed, last);
        std::int64_t rows = 0;
        in_batches(old, [&](std::span<const sql::Value> some) {
            SqlText deletion(connection);
            deletion << "DELETE FROM drf_messages_server_feed WHERE position IN ";
            deletion.in_list(some);
            rows += connection.execute(deletion.statement("trim_feed"), deletion.parameters());
        });
        return rows;
    });
    return trimmed;
}

bool was_truncated(sql::Connection& connection) {
    if (connection.dialect() != sql::Dialect::mariadb) {
        return false; // a trigger has seen it, or the database knows no TRUNCATE
    }
    const auto now = sql::query_one(connection, select_source, {}, [](const sql::Row& row) {
        return Source{
            std::string(row.text(0)) + ':' + std::to_string(row.integer(1)),
            row.integer(2),
            row.integer(3)};
    });
    std::optional<Source> before;
    connection.query(select_known_source, {}, [&](const sql::Row& row) {
        const std::string known(row.is_null(0) ? "" : row.text(0));
        const std::size_t tags = known.rfind(' ');
        const std::size_t messages = tags == std::string::npos ? tags : known.rfind(' ', tags - 1);
        if (messages != std::string::npos) {
            before = Source{
                known.substr(0, messages),
                std::stoll(known.substr(messages + 1)),
                std::stoll(known.substr(tags + 1))};
        }
    });
    if (!now || (before && before->str() == now->str())) {
        return false;
    }
    const std::string known = now->str();
    const std::array<sql::Value, 1> parameters = {std::string_view(known)};
    connection.execute(update_source, parameters);
    return before && before->server == now->server &&
           (now->messages < before->messages || now->tags < before->tags);
}

} // namespace drf_messages::store
