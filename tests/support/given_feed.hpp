// SPDX-License-Identifier: MIT
#pragma once

#include "schema/feed.hpp"
#include "store/feed.hpp"
#include "support/database.hpp"

#include <string>
#include <vector>

namespace drf_messages::test {

/// A database that has the change feed.
class GivenFeed : public Given {
public:
    GivenFeed() { schema::install_feed(connection()); }
    GivenFeed(const GivenFeed&) = delete;
    GivenFeed& operator=(const GivenFeed&) = delete;
    ~GivenFeed() {
        try {
            schema::remove_feed(connection()); // so that a server's database can be used again
        } catch (const std::exception&) {
            // Then it is not.
        }
    }

    bool is_sqlite() { return connection().dialect() == sql::Dialect::sqlite; }

    /// Gives positions to all that wait.
    void number() {
        while (store::number_changes(connection()) > 0) {
        }
    }
    std::int64_t position() { return store::feed_info(connection()).value().position; }

    void mark(MessageId message) {
        run(connection(),
            "UPDATE drf_messages_message SET read_at = ? WHERE id = ?",
            {now, message.value});
    }
    void erase(MessageId message) {
        run(connection(),
            "DELETE FROM drf_messages_messagetag WHERE message_id = ?",
            {message.value});
        run(connection(), "DELETE FROM drf_messages_message WHERE id = ?", {message.value});
    }
};

/// "USER MESSAGE KIND", with the number of the kind; a message that is absent is "many".
inline std::vector<std::string> told(const std::vector<store::FeedRow>& rows) {
    std::vector<std::string> lines;
    for (const store::FeedRow& row : rows) {
        lines.push_back(
            std::to_string(std::get<std::int64_t>(row.user.value)) + ' ' +
            (row.message ? std::to_string(row.message->value) : "many") + ' ' +
            std::to_string(static_cast<int>(row.kind))
        );
    }
    return lines;
}

} // namespace drf_messages::test
