// SPDX-License-Identifier: MIT
#include "store/message_store.hpp"
#include "support/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using test::a_monday_morning;
using test::Given;
using testing::ElementsAre;
using testing::ElementsAreArray;

using Texts = std::vector<std::string>;

/// Two unread messages, and three that were read one after another.
class MessageSeek : public testing::Test {
protected:
    MessageSeek() {
        given.message(ann, "unread 1");
        given.message(ann, "read 1").read(a_monday_morning + 1h);
        given.message(ann, "read 3").read(a_monday_morning + 3h);
        given.message(ann, "unread 2");
        given.message(ann, "read 2").read(a_monday_morning + 2h);
    }

    Texts texts(const MessageQuery& query) {
        Texts result;
        for (const Message& message :
             store::select_messages(given.connection(), {ann, false, {}}, query)) {
            result.push_back(message.message);
        }
        return result;
    }

    static MessageQuery by_read_at(bool descending) {
        MessageQuery query;
        query.order = {{Field::read_at, descending}, {Field::id, descending}};
        return query;
    }

    Texts beyond(FieldValue position, bool descending) {
        auto query = by_read_at(descending);
        query.beyond = std::move(position);
        return texts(query);
    }

    /// What comes behind each message of the query, by its key.
    std::vector<Texts> behind_each(MessageQuery query) {
        std::vector<OrderKey> keys;
        query.keys = &keys;
        store::select_messages(given.connection(), {ann, false, {}}, query);
        query.keys = nullptr;
        std::vector<Texts> all;
        for (auto& key : keys) {
            query.behind = std::move(key.values);
            all.push_back(texts(query));
        }
        return all;
    }

    /// Expects that behind each message of a query come those that follow it there.
    void expect_that_each_is_found(const MessageQuery& query) {
        const auto all = texts(query);
        const auto behind = behind_each(query);
        ASSERT_EQ(behind.size(), all.size());
        for (std::size_t i = 0; i < all.size(); ++i) {
            EXPECT_EQ(behind[i], Texts(all.begin() + static_cast<std::ptrdiff_t>(i) + 1, all.end()))
                << all[i];
        }
    }

    Given given;
    UserId ann = given.user("ann");
    /// In rising order, as PostgreSQL has it.
    const bool nulls_last = given.connection().dialect() == sql::Dialect::postgresql;
};

TEST_F(MessageSeek, BeginsBeyondAPosition) {
    EXPECT_THAT(
        beyond(a_monday_morning + 2h, false),
        ElementsAreArray(nulls_last ? Texts{"read 3", "unread 1", "unread 2"} : Texts{"read 3"})
    );
    EXPECT_THAT(
        beyond(a_monday_morning + 2h, true),
        ElementsAreArray(nulls_last ? Texts{"read 1"} : Texts{"read 1", "unread 2", "unread 1"})
    );
}

TEST_F(MessageSeek, BeginsBehindEachMessageInEachOrder) {
    for (const Field first : {Field::read_at, Field::created, Field::level, Field::message}) {
        for (const Field second : {Field::read_at, Field::session_key, Field::view}) {
            for (const bool descending : {false, true}) {
                MessageQuery query;
                query.order = {{first, descending}, {second, !descending}};
                expect_that_each_is_found(query);
                query.unread_as_of = a_monday_morning + 2h;
                expect_that_each_is_found(query);
            }
        }
    }
}

TEST_F(MessageSeek, BeginsBehindAMessageThatIsDeletedMeanwhile) {
    auto query = by_read_at(false);
    std::vector<OrderKey> keys;
    query.keys = &keys;
    const auto all = texts(query);
    query.keys = nullptr;
    query.behind = keys[1].values;
    test::run(given.connection(), "DELETE FROM drf_messages_message WHERE message = ?", {all[1]});
    EXPECT_THAT(texts(query), ElementsAre(all[2], all[3], all[4]));
}

TEST_F(MessageSeek, KnowsWhichMessagesShowWhatTheyAreOrderedBy) {
    for (const auto& [field, shown] :
         {std::pair(Field::read_at, 3), {Field::created, 5}, {Field::level, 5}, {Field::view, 5}}) {
        MessageQuery query;
        query.order = {{field, false}};
        std::vector<OrderKey> keys;
        query.keys = &keys;
        texts(query);
        EXPECT_EQ(
            std::count_if(keys.begin(), keys.end(), [](const OrderKey& key) { return key.shown; }),
            shown
        );
    }
}

/// A time that is none, or beyond what a message can show, where the database holds one.
TEST_F(MessageSeek, BeginsBehindTimesThatAreNone) {
    std::vector<const char*> times;
    switch (given.connection().dialect()) {
    case sql::Dialect::sqlite:
        times = {
            "'soon'",
            "''",
            "date('now')",
            "'2024-01-01T10:00:00Z'",
            "'2024-01-01 10:00'",
            "1704103200",
            "2460310.9166666667",
            "-1e300",
            "'12024-01-01 00:00:00'"};
        break;
    case sql::Dialect::postgresql:
        times = {
            "'infinity'",
            "'-infinity'",
            "'10000-01-01 00:00:00+00'",
            "'294276-12-31 23:59:59.999999+00'",
            "'0044-03-15 12:00:00+00 BC'"};
        break;
    case sql::Dialect::mariadb:
        times = {"'0000-00-00'", "'9999-12-31 23:59:59.999999'"};
        test::run(given.connection(), "SET sql_mode = ''");
        break;
    }
    for (const char* time : times) {
        given.message(ann, time);
        given.message(ann, std::string(time) + " again");
        for (const auto* text : {"", " again"}) {
            test::run(
                given.connection(),
                "UPDATE drf_messages_message SET created = " + std::string(time) +
                    " WHERE message = ?",
                {std::string(time) + text}
            );
        }
    }
    for (const bool descending : {false, true}) {
        MessageQuery query;
        query.order = {{Field::created, descending}, {Field::level, false}};
        expect_that_each_is_found(query);
    }
}

TEST_F(MessageSeek, UnreadAsOfCountsWhatWasReadSinceAsUnread) {
    MessageQuery query;
    query.order = {{Field::read_at, false}};
    query.unread_as_of = a_monday_morning + 2h;
    Texts expected = {"unread 1", "read 3", "unread 2", "read 2", "read 1"};
    if (nulls_last) {
        std::rotate(expected.begin(), expected.end() - 1, expected.end());
    }
    EXPECT_THAT(texts(query), ElementsAreArray(expected));
    query.offset = 1;
    query.limit = 3;
    EXPECT_THAT(texts(query), ElementsAre(expected[1], expected[2], expected[3]));

    query = {};
    query.unread_as_of = a_monday_morning + 2h;
    query.where = Condition::compare(Field::read_at, Lookup::isnull, true);
    EXPECT_THAT(texts(query), ElementsAre("unread 1", "read 3", "unread 2", "read 2"));
    EXPECT_EQ(store::count_messages(given.connection(), {ann, false, {}}, query), 4);

    query = {};
    query.unread_as_of = a_monday_morning + 2h;
    query.order = {{Field::read_at, true}};
    query.beyond = a_monday_morning + 1h;
    expected = {"unread 1", "read 3", "unread 2", "read 2"};
    EXPECT_THAT(texts(query), ElementsAreArray(nulls_last ? Texts() : expected));
}

TEST_F(MessageSeek, UnreadAsOfKeepsTheTimesThatMessagesShow) {
    MessageQuery query;
    query.unread_as_of = a_monday_morning;
    const auto messages = store::select_messages(given.connection(), {ann, false, {}}, query);
    EXPECT_EQ(messages.back().read_at, a_monday_morning + 2h);
}

} // namespace
} // namespace drf_messages
