// SPDX-License-Identifier: MIT
#include "store/unread_summaries.hpp"

#include "store/message_row.hpp"
#include "store/sql_text.hpp"

#include <algorithm>
#include <span>
#include <variant>

namespace drf_messages::store {
namespace {

bool is_seen(
    const MessageScope& scope,
    const std::optional<std::string>& session_key,
    const std::optional<std::string>& session
) {
    if (!scope.by_session || (!session_key && !session)) {
        return true;
    }
    return scope.session_key && (session_key == scope.session_key || session == scope.session_key);
}

std::optional<std::string> text_or_null(const sql::Row& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(std::string(row.text(column)));
}

} // namespace

bool is_in(const MessageScope& scope, const Message& message) {
    return message.user == scope.user && is_seen(scope, message.session_key, message.session);
}

UnreadSummaries::UnreadSummaries(
    sql::Connection& connection, const std::set<UserId>& users, bool by_session
) {
    std::vector<sql::Value> keys;
    std::transform(users.begin(), users.end(), std::back_inserter(keys), user_value);
    const bool text_keys =
        !users.empty() && std::holds_alternative<std::string>(users.begin()->value);
    const std::string_view group =
        by_session ? "m.user_id, m.session_key, m.session_id" : "m.user_id";
    for (std::span<const sql::Value> rest(keys); !rest.empty();) {
        const auto some = rest.first(std::min(rest.size(), in_list_limit));
        rest = rest.subspan(some.size());
        SqlText sql(connection);
        sql << "SELECT COUNT(*), MAX(m.level), " << group
            << " FROM drf_messages_message m WHERE m.read_at IS NULL AND m.user_id IN ";
        sql.in_list(some);
        sql << " GROUP BY " << group;
        connection
            .query(sql.statement("unread_summaries"), sql.parameters(), [&](const sql::Row& row) {
                Part part;
                part.summary = {row.integer(0), level_of(row.integer(1))};
                if (by_session) {
                    part.session_key = text_or_null(row, 3);
                    part.session = text_or_null(row, 4);
                }
                parts_[user_of(row, 2, text_keys)].push_back(std::move(part));
            });
    }
}

UnreadSummary UnreadSummaries::of(const MessageScope& scope) const {
    UnreadSummary sum;
    const auto found = parts_.find(scope.user);
    if (found == parts_.end()) {
        return sum;
    }
    for (const auto& part : found->second) {
        if (is_seen(scope, part.session_key, part.session)) {
            sum.count += part.summary.count;
            sum.max_level = std::max(sum.max_level, part.summary.max_level);
        }
    }
    return sum;
}

} // namespace drf_messages::store
