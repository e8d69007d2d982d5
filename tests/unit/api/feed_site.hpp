// SPDX-License-Identifier: MIT
#pragma once

#include "schema/feed.hpp"
#include "store/feed.hpp"
#include "unit/api/messages_site.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace drf_messages::test {

/// A site whose database has the feed of changes, with the extensions that need it.
class FeedSite : public MessagesSite {
protected:
    FeedSite() {
        schema::install_feed(given.connection());
        site.settings.messages_extensions = {
            .read_state = true, .sync = true, .stream = false, .conditional = true};
    }
    ~FeedSite() override {
        try {
            schema::remove_feed(given.connection()); // so that a server's database is used again
        } catch (const std::exception&) {
            // Then it is not.
        }
    }

    bool is_sqlite() { return given.connection().dialect() == sql::Dialect::sqlite; }

    /// As the sequencer does it.
    void number() {
        while (store::number_changes(given.connection()) > 0) {
        }
    }

    void mark(MessageId message) {
        run(given.connection(),
            "UPDATE drf_messages_message SET read_at = ? WHERE id = ?",
            {given.now, message.value});
    }
    void erase(MessageId message) {
        run(given.connection(),
            "DELETE FROM drf_messages_messagetag WHERE message_id = ?",
            {message.value});
        run(given.connection(), "DELETE FROM drf_messages_message WHERE id = ?", {message.value});
    }

    std::string state() { return store::standing(given.connection(), ann).value().state.str(); }

    boost::json::object changes(const std::string& since, const std::string& more = {}) {
        const auto response = get("/messages/changes/?since=" + since + more);
        EXPECT_EQ(response.status, 200) << response.body;
        return boost::json::parse(response.body).as_object();
    }
    /// "created", say: the ids of that list.
    static std::vector<std::int64_t>
    ids_of(const boost::json::object& changes, std::string_view list) {
        std::vector<std::int64_t> ids;
        for (const auto& item : changes.at(list).as_array()) {
            ids.push_back(item.is_object() ? item.at("id").as_int64() : item.as_int64());
        }
        return ids;
    }
    static std::string text(const boost::json::object& changes, std::string_view name) {
        return std::string(changes.at(name).as_string());
    }
};

} // namespace drf_messages::test
