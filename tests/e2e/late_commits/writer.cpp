// SPDX-License-Identifier: MIT
#include "late_commits/writer.hpp"

#include "sql/transaction.hpp"

#include <drf_messages/clock.hpp>

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <thread>

namespace drf_messages::late_commits {

void Writer::run(std::atomic<std::int64_t>& committed, std::atomic<std::int64_t>& rolled_back) {
    while (committed < arguments_.changes) {
        const int changes = between(1, arguments_.most);
        const bool gives_up = between(1, 5) == 1;
        const std::chrono::milliseconds late(
            between(0, 1) == 0 ? 0 : between(0, arguments_.latest)
        );
        std::vector<std::int64_t> made;
        const bool done = database_.once([&](sql::Connection& connection) {
            sql::ScopedTransaction transaction(connection);
            for (int i = 0; i < changes; ++i) {
                change(connection, made);
            }
            std::this_thread::sleep_for(late);
            if (!gives_up) {
                transaction.commit();
            }
        });
        if (done && !gives_up) {
            own_.insert(own_.end(), made.begin(), made.end());
            committed += changes;
        } else {
            rolled_back += changes;
        }
    }
}

int Writer::between(int least, int most) {
    return std::uniform_int_distribution<int>(least, most)(random_);
}

void Writer::change(sql::Connection& connection, std::vector<std::int64_t>& made) {
    const int what = between(1, 10);
    if (what <= 5 || own_.empty()) {
        insert(connection, made);
        return;
    }
    const std::size_t which =
        static_cast<std::size_t>(between(0, static_cast<int>(own_.size()) - 1));
    const std::int64_t id = own_[which];
    if (what <= 8) {
        const std::array<sql::Value, 3> values = {std::int64_t{between(10, 40)}, system_now(), id};
        connection.execute(
            {"change", "UPDATE drf_messages_message SET level = ?, read_at = ? WHERE id = ?"},
            values
        );
    } else {
        const std::array<sql::Value, 1> one = {id};
        connection.execute(
            {"untag", "DELETE FROM drf_messages_messagetag WHERE message_id = ?"}, one
        );
        connection.execute({"delete", "DELETE FROM drf_messages_message WHERE id = ?"}, one);
    }
}

void Writer::insert(sql::Connection& connection, std::vector<std::int64_t>& made) {
    const std::string text = fmt::format("number {} of {}", ++number_, users_.front());
    const std::size_t user =
        static_cast<std::size_t>(between(0, static_cast<int>(users_.size()) - 1));
    const std::array<sql::Value, 3> values = {std::string_view(text), system_now(), users_[user]};
    made.push_back(connection.insert(
        {"insert",
         "INSERT INTO drf_messages_message (view, message, level, created, user_id)"
         " VALUES ('', ?, 20, ?, ?)"},
        values
    ));
    if (between(1, 3) == 1) {
        const std::array<sql::Value, 1> message = {made.back()};
        connection.execute(
            {"tag", "INSERT INTO drf_messages_messagetag (text, message_id) VALUES ('tag', ?)"},
            message
        );
    }
}

} // namespace drf_messages::late_commits
