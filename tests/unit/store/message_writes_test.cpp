// SPDX-License-Identifier: MIT
#include "sql/error.hpp"
#include "sql/transaction.hpp"
#include "store/message_store.hpp"
#include "support/database.hpp"
#include "unit/store/recording_connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using test::Given;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> read_times(Given& given) {
    return test::rows(
        given.connection(), "SELECT id, read_at FROM drf_messages_message ORDER BY id", 2
    );
}

TEST(InsertMessage, StoresTheColumnsThatDjangoWouldStore) {
    Given given;
    const UserId ann = given.user("ann");
    given.session("known", "x", given.now + 24h);
    std::vector<std::string> tags;
    for (int i = 0; i < 19; ++i) {
        tags.push_back(std::to_string(i));
    }
    store::NewMessage message;
    message.user = ann;
    message.session_key = "known";
    message.session_in_table = true;
    message.view = "demo:index";
    message.message = "hi";
    message.level = 25;
    message.created = given.now + 5us;
    message.extra_tags = tags;
    EXPECT_EQ(store::insert_message(given.connection(), message), MessageId{1});
    message.session_key = "elsewhere";
    message.extra_tags = {};
    EXPECT_EQ(store::insert_message(given.connection(), message), MessageId{2});
    message.session_key.reset();
    EXPECT_EQ(store::insert_message(given.connection(), message), MessageId{3});

    EXPECT_THAT(
        test::rows(
            given.connection(),
            "SELECT id, user_id, session_id, session_key, view, message, level, read_at, created"
            " FROM drf_messages_message ORDER BY id",
            9
        ),
        ElementsAre(
            "1|1|known|known|demo:index|hi|25|NULL|2024-01-01 10:00:00.000005",
            "2|1|NULL|elsewhere|demo:index|hi|25|NULL|2024-01-01 10:00:00.000005",
            "3|1|NULL|NULL|demo:index|hi|25|NULL|2024-01-01 10:00:00.000005"
        )
    );
    EXPECT_EQ(
        test::rows(given.connection(), "SELECT text FROM drf_messages_messagetag ORDER BY id", 1),
        tags
    );
}

TEST(InsertMessage, RefusesAUserWhoDoesNotExist) {
    Given given;
    store::NewMessage message;
    message.user.value = std::int64_t{77};
    message.message = "hi";
    try {
        sql::transact(given.connection(), [&] {
            return store::insert_message(given.connection(), message);
        });
        ADD_FAILURE() << "a message of nobody was stored";
    } catch (const sql::Error& error) {
        EXPECT_EQ(error.kind(), sql::ErrorKind::foreign_key);
    }
    EXPECT_THAT(read_times(given), IsEmpty());
}

TEST(MarkRead, MarksTheUnreadOnesAmongTheIdsAndNoOther) {
    Given given;
    const UserId ann = given.user("ann");
    given.message(ann, "1");
    given.message(ann, "2").read(given.now);
    given.message(ann, "3");
    given.message(given.user("bob"), "4");
    const std::vector<MessageId> ids = {{1}, {2}, {4}, {99}};
    EXPECT_EQ(store::mark_read(given.connection(), {ann, false, {}}, ids, given.now + 1h), 1);
    EXPECT_THAT(
        read_times(given),
        ElementsAre("1|2024-01-01 11:00:00", "2|2024-01-01 10:00:00", "3|NULL", "4|NULL")
    );
}

TEST(MarkRead, MarksByConditionAndByTag) {
    Given given;
    const UserId ann = given.user("ann");
    given.message(ann, "1").tag("test").tag("test");
    given.message(ann, "2").level(40);
    given.message(ann, "3");
    const store::MessageScope scope = {ann, false, {}};
    auto& connection = given.connection();
    const auto tagged = Condition::compare(Field::tag_text, Lookup::exact, "test");
    EXPECT_EQ(store::mark_read(connection, scope, tagged, given.now), 1);
    const auto high = Condition::compare(Field::level, Lookup::gte, 30);
    EXPECT_EQ(store::mark_read(connection, scope, high, given.now), 1);
    EXPECT_EQ(store::mark_read(connection, scope, high, given.now), 0);
    EXPECT_EQ(store::mark_read(connection, scope, Condition(), given.now), 1);
}

TEST(MarkRead, TakesOneStatementForFiveHundredIdsAndFewForMore) {
    Given given;
    const UserId ann = given.user("ann");
    auto& connection = given.connection();
    std::vector<MessageId> ids;
    {
        sql::ScopedTransaction transaction(connection);
        for (int i = 0; i < 501; ++i) {
            ids.push_back(given.message(ann, "hi"));
        }
        transaction.commit();
    }
    const auto several = connection.dialect() == sql::Dialect::postgresql ? 1U : 2U;
    auto before = connection.statement_count();
    EXPECT_EQ(store::mark_read(connection, {ann, false, {}}, ids, given.now), 501);
    EXPECT_EQ(connection.statement_count(), before + several);
    ids.resize(store::marked_by_one_statement);
    before = connection.statement_count();
    EXPECT_EQ(store::mark_read(connection, {ann, false, {}}, ids, given.now), 0);
    EXPECT_EQ(connection.statement_count(), before + 1);
    EXPECT_EQ(
        store::mark_read(connection, {ann, false, {}}, std::span<const MessageId>(), given.now), 0
    );
}

/// The plans of a database that has no statistics yet of what an import has just written.
TEST(ManyIds, AreLookedUpAndNotComparedWithAllThatTheUserHas) {
    Given given;
    const UserId ann = given.user("ann");
    const MessageId first = given.message(ann, "hi");
    // Doubles the messages of one user until there are thousands.
    for (int i = 0; i < 13; ++i) {
        test::run(
            given.connection(),
            "INSERT INTO drf_messages_message (user_id, view, message, level, created)"
            " SELECT user_id, view, message, level, created FROM drf_messages_message"
        );
    }
    std::vector<MessageId> ids;
    for (std::int64_t i = 0; i < 500; ++i) {
        ids.push_back({first.value + i});
    }
    test::RecordingConnection recording(given.connection());
    given.connection().begin();
    store::mark_read(recording, {ann, true, "key"}, ids, given.now);
    for (const auto& sent : recording.sent) {
        std::string plan;
        const auto explain = given.connection().dialect() == sql::Dialect::sqlite
                                 ? "EXPLAIN QUERY PLAN "
                                 : "EXPLAIN ";
        const std::string text = explain + sent.text;
        given.connection().query({"plan", text}, sent.values(), [&](const sql::Row& row) {
            switch (given.connection().dialect()) {
            case sql::Dialect::sqlite:
                plan += row.text(3);
                break;
            case sql::Dialect::postgresql:
                plan += row.text(0);
                break;
            case sql::Dialect::mariadb:
                plan += row.is_null(5) ? "-" : row.text(5);
                break;
            }
            plan += "\n";
        });
        EXPECT_THAT(plan, Not(HasSubstr("drf_messages_server"))) << sent.text;
        EXPECT_THAT(plan, Not(HasSubstr("user_id_"))) << sent.text;
    }
    given.connection().rollback();
}

TEST(DeleteMessages, TakesTheTagsWithThem) {
    Given given;
    const UserId ann = given.user("ann");
    given.message(ann, "1").tag("a").read();
    given.message(ann, "2").tag("b");
    given.message(given.user("bob"), "3").tag("c").read();
    const auto read = Condition::compare(Field::read_at, Lookup::isnull, false);
    EXPECT_EQ(store::delete_messages(given.connection(), {ann, false, {}}, read), 1);
    EXPECT_THAT(
        test::rows(given.connection(), "SELECT text FROM drf_messages_messagetag ORDER BY id", 1),
        ElementsAre("b", "c")
    );
    EXPECT_THAT(
        test::rows(given.connection(), "SELECT id FROM drf_messages_message ORDER BY id", 1),
        ElementsAre("2", "3")
    );
}

TEST(DeleteOldMessages, GoesInBatchesUntilNothingIsLeft) {
    Given given;
    const UserId ann = given.user("ann");
    const Timestamp limit = given.now + 1h;
    for (int i = 0; i < 3; ++i) {
        given.message(ann, "old and read").tag("a").read();
    }
    given.message(given.user("bob"), "old");
    given.now = limit;
    given.message(ann, "new").tag("kept").read();

    auto& connection = given.connection();
    EXPECT_EQ(store::count_old_messages(connection, limit, true), 3);
    EXPECT_EQ(store::count_old_messages(connection, limit, false), 4);
    store::OldMessages read{limit, true};
    store::OldMessages all{limit, false};
    EXPECT_EQ(store::delete_old_messages(connection, read, 2), 2);
    EXPECT_EQ(store::delete_old_messages(connection, read, 2), 1);
    EXPECT_EQ(store::delete_old_messages(connection, read, 2), 0);
    EXPECT_EQ(store::delete_old_messages(connection, all, 2), 1);
    EXPECT_THAT(
        test::rows(connection, "SELECT message FROM drf_messages_message", 1), ElementsAre("new")
    );
    EXPECT_THAT(
        test::rows(connection, "SELECT text FROM drf_messages_messagetag", 1), ElementsAre("kept")
    );
}

TEST(DeleteOldMessages, GoesOnWhereTheLastBatchEndedThoughUnreadOnesStay) {
    Given given;
    const UserId ann = given.user("ann");
    const Timestamp begin = given.now;
    for (int hour = 0; hour < 6; ++hour) {
        given.now = begin + std::chrono::hours(hour);
        given.message(ann, "old");
        if (hour % 2 == 1) {
            given.message(ann, "read, at the same time").read();
        }
    }
    store::OldMessages read{begin + 24h, true};
    auto& connection = given.connection();
    EXPECT_EQ(store::delete_old_messages(connection, read, 2), 2);
    EXPECT_EQ(read.from, begin + 3h - 1us);
    EXPECT_EQ(store::delete_old_messages(connection, read, 2), 1);
    EXPECT_EQ(store::delete_old_messages(connection, read, 2), 0);
    EXPECT_EQ(test::number(connection, "SELECT COUNT(*) FROM drf_messages_message"), 6);
}

TEST(DeleteOldMessages, LeavesNoneOfThoseThatAreOfADateAlone) {
    Given given;
    const UserId ann = given.user("ann");
    auto& connection = given.connection();
    for (int number = 0; number < 5; ++number) {
        given.message(ann, "old");
    }
    test::run(connection, "UPDATE drf_messages_message SET created = '2023-12-01'");
    store::OldMessages old{given.now};
    EXPECT_EQ(store::delete_old_messages(connection, old, 2), 2);
    EXPECT_EQ(store::delete_old_messages(connection, old, 2), 2);
    EXPECT_EQ(store::delete_old_messages(connection, old, 2), 1);
}

} // namespace
} // namespace drf_messages
