// SPDX-License-Identifier: MIT
#include "sql/transaction.hpp"
#include "store/admin_messages.hpp"
#include "support/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using test::Given;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class AdminMessages : public testing::Test {
protected:
    std::vector<std::string> rows() {
        return test::rows(
            connection,
            "SELECT id, user_id, session_id, session_key, view, message, level, read_at, created"
            " FROM drf_messages_message ORDER BY id",
            9
        );
    }

    std::vector<MessageId> five_messages() {
        std::vector<MessageId> ids;
        for (const char* text : {"a", "b", "c", "d", "e"}) {
            ids.push_back(given.message(ids.size() % 2 == 0 ? ann : bob, text));
        }
        return ids;
    }

    Given given;
    sql::Connection& connection = given.connection();
    const store::UserStore users;
    UserId ann = given.user("ann");
    UserId bob = given.user("bob");
};

TEST_F(AdminMessages, AreWrittenColumnByColumn) {
    given.session("known", "x", given.now + 24h);
    store::MessageFields fields{ann, "known", "demo:index", "hi", 25, given.now + 7us};
    const MessageId id = store::insert_message_fields(connection, fields, given.now);
    EXPECT_THAT(
        rows(),
        ElementsAre("1|1|NULL|known|demo:index|hi|25|2024-01-01 10:00:00.000007|2024-01-01 10:00:00"
        )
    );
    fields = {bob, std::nullopt, "", "ho", 100, std::nullopt};
    EXPECT_TRUE(store::update_message_fields(connection, id, fields));
    EXPECT_TRUE(store::update_message_fields(connection, id, fields)) << "with the same values";
    EXPECT_THAT(rows(), ElementsAre("1|2|NULL|NULL||ho|100|NULL|2024-01-01 10:00:00"));
    EXPECT_FALSE(store::update_message_fields(connection, MessageId{99}, fields));
}

TEST_F(AdminMessages, AreThoseOfEverybody) {
    const MessageId hers = given.message(ann, "hers").tag("x").tag("y");
    const auto message = store::select_any_message(connection, users, hers);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->user, ann);
    EXPECT_THAT(message->extra_tags, ElementsAre("x", "y"));
    const sql::ScopedTransaction transaction(connection);
    EXPECT_EQ(store::lock_any_message(connection, users, hers)->message, "hers");
    EXPECT_FALSE(store::lock_any_message(connection, users, MessageId{99}));
}

TEST_F(AdminMessages, KeepTheirTagsFromThoseOfOthers) {
    const MessageId first = given.message(ann, "first").tag("x");
    const MessageId second = given.message(ann, "second");
    store::insert_tags(connection, second, std::array{std::string("new")});
    const MessageTagId tag = store::select_tags(connection, second).front().id;
    EXPECT_FALSE(store::update_tag(connection, first, tag, "stolen"));
    EXPECT_FALSE(store::delete_tag(connection, first, tag));
    EXPECT_TRUE(store::update_tag(connection, second, tag, "newer"));
    EXPECT_THAT(
        test::rows(connection, "SELECT message_id, text FROM drf_messages_messagetag", 2),
        testing::UnorderedElementsAre("1|x", "2|newer")
    );
    EXPECT_TRUE(store::delete_tag(connection, second, tag));
    EXPECT_FALSE(store::delete_tag(connection, second, tag));
}

TEST_F(AdminMessages, AreSelectedInBatchesUpToTheLastThatWasThere) {
    EXPECT_EQ(store::last_message_id(connection), MessageId{0});
    const auto ids = five_messages();
    const MessageId last = store::last_message_id(connection);
    EXPECT_EQ(last, ids.back());
    given.message(ann, "later");
    const auto hers =
        Condition::compare(Field::user, Lookup::exact, std::get<std::int64_t>(ann.value));
    auto batch = store::select_batch(connection, hers, MessageId{0}, last, 2);
    EXPECT_THAT(batch.messages, ElementsAre(Pair(ids[0], "a"), Pair(ids[2], "c")));
    EXPECT_TRUE(batch.more);
    batch = store::select_batch(connection, hers, ids[2], last, 2);
    EXPECT_THAT(batch.messages, ElementsAre(Pair(ids[4], "e")));
    EXPECT_FALSE(batch.more);
    EXPECT_THAT(store::select_batch(connection, {}, last, last, 2).messages, IsEmpty());
    const std::vector<MessageId> some = {ids[0], ids[1], MessageId{99}};
    const sql::ScopedTransaction transaction(connection);
    EXPECT_THAT(store::lock_batch(connection, hers, some), ElementsAre(Pair(ids[0], "a")));
}

TEST_F(AdminMessages, AreDeletedWithTheirTags) {
    const MessageId hers = given.message(ann, "hers").tag("x").tag("y");
    const MessageId his = given.message(bob, "his").tag("z");
    const std::vector<MessageId> ids = {hers, MessageId{99}};
    EXPECT_EQ(store::count_tags(connection, ids), 2);
    EXPECT_EQ(store::delete_messages_by_id(connection, ids), 1);
    EXPECT_EQ(store::count_tags(connection, ids), 0);
    EXPECT_EQ(store::count_tags(connection, std::vector{his}), 1);
    EXPECT_EQ(store::delete_messages_by_id(connection, std::vector<MessageId>()), 0);
}

TEST_F(AdminMessages, AreMarkedAsReadAndAsUnread) {
    const auto ids = five_messages();
    const auto some = std::span(ids).first(3);
    EXPECT_EQ(store::set_read_at(connection, some, given.now), 3);
    EXPECT_EQ(store::set_read_at(connection, ids, given.now + 1h), 2);
    const auto read = [&] {
        return test::rows(connection, "SELECT read_at FROM drf_messages_message ORDER BY id", 1);
    };
    EXPECT_EQ(read().front(), "2024-01-01 10:00:00");
    EXPECT_EQ(read().back(), "2024-01-01 11:00:00");
    EXPECT_EQ(store::set_read_at(connection, some, std::nullopt), 3);
    EXPECT_EQ(store::set_read_at(connection, ids, std::nullopt), 2);
    EXPECT_THAT(read(), testing::Each("NULL"));
}

} // namespace
} // namespace drf_messages
