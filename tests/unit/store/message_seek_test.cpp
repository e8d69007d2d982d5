// SPDX-License-Identifier: MIT
#include "store/message_store.hpp"
#include "support/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
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

    Texts after(FieldValue position, bool inclusive, bool descending) {
        MessageQuery query;
        query.order = {{Field::read_at, descending}, {Field::id, descending}};
        query.seek = Seek{std::move(position), inclusive};
        return texts(query);
    }

    Given given;
    UserId ann = given.user("ann");
    /// In rising order, as PostgreSQL has it.
    const bool nulls_last = given.connection().dialect() == sql::Dialect::postgresql;
};

TEST_F(MessageSeek, BeginsAtAPositionOrAfterIt) {
    EXPECT_THAT(
        after(a_monday_morning + 2h, true, false),
        ElementsAreArray(
            nulls_last ? Texts{"read 2", "read 3", "unread 1", "unread 2"}
                       : Texts{"read 2", "read 3"}
        )
    );
    EXPECT_THAT(
        after(a_monday_morning + 2h, false, false),
        ElementsAreArray(nulls_last ? Texts{"read 3", "unread 1", "unread 2"} : Texts{"read 3"})
    );
}

TEST_F(MessageSeek, FindsTheNullsThatFollowDescending) {
    EXPECT_THAT(
        after(a_monday_morning + 2h, true, true),
        ElementsAreArray(
            nulls_last ? Texts{"read 2", "read 1"}
                       : Texts{"read 2", "read 1", "unread 2", "unread 1"}
        )
    );
    EXPECT_THAT(
        after(a_monday_morning + 2h, false, true),
        ElementsAreArray(nulls_last ? Texts{"read 1"} : Texts{"read 1", "unread 2", "unread 1"})
    );
}

TEST_F(MessageSeek, BeginsAtANullPosition) {
    const Texts unread = {"unread 1", "unread 2"};
    const Texts read = {"read 1", "read 2", "read 3"};
    const Texts unread_read = {"unread 1", "unread 2", "read 1", "read 2", "read 3"};
    const Texts none;
    EXPECT_EQ(after(std::monostate(), true, false), nulls_last ? unread : unread_read);
    EXPECT_EQ(after(std::monostate(), false, false), nulls_last ? none : read);

    const auto reversed = [](Texts list) {
        std::reverse(list.begin(), list.end());
        return list;
    };
    EXPECT_EQ(
        after(std::monostate(), true, true),
        nulls_last ? Texts({"unread 2", "unread 1", "read 3", "read 2", "read 1"})
                   : reversed(unread)
    );
    EXPECT_EQ(after(std::monostate(), false, true), nulls_last ? reversed(read) : none);
}

TEST_F(MessageSeek, WithoutAPositionBeginsAtTheBeginning) {
    MessageQuery query;
    query.order = {{Field::read_at, true}};
    query.seek = Seek{};
    EXPECT_EQ(texts(query).size(), 5U);
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
    query.seek = Seek{a_monday_morning + 1h, false};
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
