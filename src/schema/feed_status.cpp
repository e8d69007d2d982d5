// SPDX-License-Identifier: MIT
#include "schema/feed_status.hpp"

#include "schema/feed_catalog.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace drf_messages::schema {
namespace {

constexpr std::string_view select_status =
    "SELECT i.epoch, i.position, i.holder, COALESCE(i.held_until - {0}, 0),"
    " (SELECT COUNT(*) FROM drf_messages_server_change),"
    " COALESCE({0} - (SELECT MIN(at) FROM drf_messages_server_change), 0),"
    " (SELECT COUNT(*) FROM drf_messages_server_feed),"
    " COALESCE((SELECT MAX(position) FROM drf_messages_server_feed), 0),"
    " COALESCE({0} - (SELECT at FROM drf_messages_server_feed ORDER BY position LIMIT 1), 0)"
    " FROM drf_messages_server_info i";

std::chrono::milliseconds milliseconds(const sql::Row& row, int column) {
    return std::chrono::milliseconds(std::max<std::int64_t>(0, row.integer(column)));
}

} // namespace

std::optional<FeedStatus> feed_status(sql::Connection& connection) {
    const std::string text =
        fmt::format(fmt::runtime(select_status), feed_clock(connection.dialect()));
    auto status =
        sql::query_one(connection, {"select_feed_status", text}, {}, [](const sql::Row& row) {
            FeedStatus read;
            read.epoch = row.text(0);
            read.position = std::max(row.integer(1), row.integer(7));
            read.held_for = milliseconds(row, 3);
            if (!row.is_null(2) && read.held_for.count() > 0) {
                read.holder = row.text(2);
            }
            read.waiting = row.integer(4);
            read.oldest_waiting = milliseconds(row, 5);
            read.kept = row.integer(6);
            read.oldest_kept = milliseconds(row, 8);
            return read;
        });
    const std::string_view size = feed_questions(connection).size;
    if (status && !size.empty()) {
        status->bytes =
            sql::query_one(connection, {"select_feed_size", size}, {}, [](const sql::Row& row) {
                return row.integer(0);
            });
    }
    return status;
}

} // namespace drf_messages::schema
