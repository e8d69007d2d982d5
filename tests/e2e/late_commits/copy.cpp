// SPDX-License-Identifier: MIT
#include "late_commits/copy.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <variant>

namespace drf_messages::late_commits {

Messages read_messages(sql::Connection& connection, const std::string& where) {
    Messages messages;
    const std::string rows = fmt::format(
        "SELECT m.id, m.user_id, m.message, m.level, CASE WHEN m.read_at IS NULL THEN 1 ELSE 0 END"
        " FROM drf_messages_message m WHERE {}",
        where
    );
    connection.query({"read_messages", rows}, {}, [&](const sql::Row& row) {
        messages[row.integer(0)] =
            fmt::format("{} {} {} {}", row.integer(1), row.text(2), row.integer(3), row.integer(4));
    });
    const std::string tags = fmt::format(
        "SELECT x.message_id, x.text FROM drf_messages_messagetag x JOIN drf_messages_message m"
        " ON m.id = x.message_id WHERE {} ORDER BY x.id",
        where
    );
    connection.query({"read_tags", tags}, {}, [&](const sql::Row& row) {
        if (const auto found = messages.find(row.integer(0)); found != messages.end()) {
            found->second.append(" ").append(row.text(1));
        }
    });
    return messages;
}

void Copy::follow(sql::Connection& connection, const std::vector<store::FeedRow>& rows) {
    std::set<std::int64_t> ids;
    std::set<std::int64_t> users;
    for (const store::FeedRow& row : rows) {
        if (row.message) {
            ids.insert(row.message->value);
        } else {
            users.insert(std::get<std::int64_t>(row.user.value));
        }
    }
    std::string where = fmt::format("m.id IN ({})", fmt::join(ids, ","));
    if (ids.empty() || !users.empty()) {
        where = fmt::format(
            "(m.user_id IN ({}){})", fmt::join(users, ","), ids.empty() ? "" : " OR " + where
        );
    }
    const Messages now = read_messages(connection, where);
    std::erase_if(messages_, [&](const auto& known) {
        const std::int64_t user = std::stoll(known.second);
        return (ids.contains(known.first) || users.contains(user)) && !now.contains(known.first);
    });
    for (const auto& [id, text] : now) {
        messages_[id] = text;
    }
}

Differences compare(const Messages& copy, const Messages& database) {
    Differences differences;
    for (const auto& [id, text] : database) {
        const auto found = copy.find(id);
        if (found == copy.end()) {
            ++differences.lost;
        } else if (found->second != text) {
            ++differences.wrong;
        }
    }
    for (const auto& [id, text] : copy) {
        differences.ghosts += database.contains(id) ? 0 : 1;
    }
    return differences;
}

} // namespace drf_messages::late_commits
