// SPDX-License-Identifier: MIT
#include "store/feed.hpp"

#include "store/feed_query.hpp"
#include "store/message_row.hpp"
#include "store/message_store.hpp"
#include "store/sql_text.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace drf_messages::store {
namespace {

// On SQLite `position` of info stands where it was when the epoch began.
constexpr std::string_view info_columns =
    "SELECT i.epoch, i.position, i.trimmed_to,"
    " COALESCE((SELECT MAX(f.position) FROM drf_messages_server_feed f), 0)";

/// What has no user yet may be anybody's. Two questions: for one with OR PostgreSQL visits each row
/// that the user's numbered changes have left behind until the next VACUUM.
constexpr sql::Statement select_standing = {
    "select_standing",
    "SELECT i.epoch, i.trimmed_to,"
    " COALESCE((SELECT MAX(f.position) FROM drf_messages_server_feed f WHERE f.user_id = ?), 0),"
    " CASE WHEN EXISTS (SELECT 1 FROM drf_messages_server_change c WHERE c.user_id = ?)"
    " OR EXISTS (SELECT 1 FROM drf_messages_server_change c WHERE c.user_id IS NULL)"
    " THEN 1 ELSE 0 END FROM drf_messages_server_info i"};

constexpr sql::Statement select_around = {
    "select_around_state",
    "SELECT CASE WHEN EXISTS (SELECT 1 FROM drf_messages_server_feed f"
    " WHERE f.user_id = ? AND f.position > ?) THEN 1 ELSE 0 END,"
    " CASE WHEN EXISTS (SELECT 1 FROM drf_messages_server_feed f"
    " WHERE f.user_id = ? AND f.position <= ?) THEN 1 ELSE 0 END"};

constexpr sql::Statement select_of_user = {
    "select_feed_of_user",
    "SELECT f.position, f.session_key, f.message_id, f.kind FROM drf_messages_server_feed f"
    " WHERE f.user_id = ? AND f.position > ? ORDER BY f.position LIMIT ?"};

constexpr sql::Statement select_of_all = {
    "select_feed",
    "SELECT f.position, f.session_key, f.message_id, f.kind, f.user_id"
    " FROM drf_messages_server_feed f WHERE f.position > ? ORDER BY f.position LIMIT ?"};

constexpr sql::Statement select_created = {
    "select_created_since",
    "SELECT f.message_id FROM drf_messages_server_feed f"
    " WHERE f.user_id = ? AND f.position > ? AND f.kind = 1 AND f.message_id IS NOT NULL"
    " UNION SELECT c.message_id FROM drf_messages_server_change c"
    " WHERE c.user_id = ? AND c.kind = 1 AND c.message_id IS NOT NULL"};

FeedRow read_row(const sql::Row& row, UserId user) {
    FeedRow read;
    read.position = row.integer(0);
    read.user = std::move(user);
    if (!row.is_null(1)) {
        read.session_key = row.text(1);
    }
    if (!row.is_null(2)) {
        read.message = MessageId{row.integer(2)};
    }
    read.kind = static_cast<ChangeKind>(row.integer(3));
    return read;
}

FeedInfo read_info(const sql::Row& row) {
    return {std::string(row.text(0)), std::max(row.integer(1), row.integer(3)), row.integer(2)};
}

} // namespace

std::optional<FeedInfo> feed_info(sql::Connection& connection) {
    auto news = feed_news(connection, {});
    return news ? std::optional(std::move(news->info)) : std::nullopt;
}

bool is_in(const MessageScope& scope, const FeedRow& row) {
    return row.user == scope.user &&
           (!scope.by_session || !row.session_key || row.session_key == scope.session_key);
}

std::optional<Standing> standing(sql::Connection& connection, const UserId& user) {
    const std::array<sql::Value, 2> parameters = {user_value(user), user_value(user)};
    return query_feed(connection, select_standing, parameters, [](const sql::Row& row) {
        // Who has no row at all has missed nothing up to where rows may be missing.
        const std::int64_t newest = row.integer(2);
        return Standing{
            {std::string(row.text(0)), newest > 0 ? newest : row.integer(1)}, row.integer(3) != 0};
    });
}

bool is_known(
    const FeedInfo& info, sql::Connection& connection, const UserId& user, const MessageState& state
) {
    if (state.epoch != info.epoch || state.position > info.position) {
        return false;
    }
    if (state.position >= info.trimmed_to) {
        return true;
    }
    // What is left of a user's rows is their end: behind one that is left none is missing.
    const sql::Value id = user_value(user);
    const std::array<sql::Value, 4> parameters = {id, state.position, id, state.position};
    const auto known =
        sql::query_one(connection, select_around, parameters, [](const sql::Row& row) {
            return row.integer(0) == 0 || row.integer(1) != 0;
        });
    return known.value_or(false);
}

std::optional<FeedNews> feed_news(sql::Connection& connection, std::span<const FeedPoint> points) {
    SqlText sql(connection);
    sql << info_columns;
    // a power of two, so that few texts exist
    const std::size_t padded = points.empty() ? 0 : std::bit_ceil(points.size());
    for (std::size_t i = 0; i < padded; ++i) {
        const auto& [user, position] = points[std::min(i, points.size() - 1)];
        sql << ", CASE WHEN EXISTS (SELECT 1 FROM drf_messages_server_feed f WHERE f.user_id = ";
        sql.bind(user_value(user)) << " AND f.position > ";
        sql.bind(position) << ") THEN 1 ELSE 0 END";
    }
    sql << " FROM drf_messages_server_info i";
    return query_feed(
        connection,
        sql.statement("select_feed_info"),
        sql.parameters(),
        [&](const sql::Row& row) {
            FeedNews news{read_info(row), {}};
            for (std::size_t i = 0; i < points.size(); ++i) {
                news.have_rows.push_back(row.integer(int(4 + i)) != 0);
            }
            return news;
        }
    );
}

std::vector<FeedRow> feed_of_user(
    sql::Connection& connection, const UserId& user, std::int64_t after, std::size_t most
) {
    std::vector<FeedRow> found;
    const std::array<sql::Value, 3> parameters = {user_value(user), after, row_number(most)};
    connection.query(select_of_user, parameters, [&](const sql::Row& row) {
        found.push_back(read_row(row, user));
    });
    return found;
}

std::vector<FeedRow>
feed_of_all(sql::Connection& connection, std::int64_t after, std::size_t most, bool text_keys) {
    std::vector<FeedRow> found;
    const std::array<sql::Value, 2> parameters = {after, row_number(most)};
    connection.query(select_of_all, parameters, [&](const sql::Row& row) {
        found.push_back(read_row(row, user_of(row, 4, text_keys)));
    });
    return found;
}

std::vector<MessageId>
created_since(sql::Connection& connection, const UserId& user, std::int64_t after) {
    std::vector<MessageId> created;
    const std::array<sql::Value, 3> parameters = {user_value(user), after, user_value(user)};
    connection.query(select_created, parameters, [&](const sql::Row& row) {
        created.push_back(MessageId{row.integer(0)});
    });
    return created;
}

} // namespace drf_messages::store
