// SPDX-License-Identifier: MIT
#include "query_set_test.hpp"

#include <drf_messages/errors.hpp>
#include <drf_messages/message_query_set.hpp>

#include <gmock/gmock.h>

#include <optional>
#include <string>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;

class QuerySetOfRows : public test::QuerySetTest {};

TEST_F(QuerySetOfRows, Aggregates) {
    some_messages();
    EXPECT_EQ(set().max(field::level), 40);
    EXPECT_EQ(set().min(field::level), 20);
    EXPECT_EQ(set().sum(field::level), 135);
    EXPECT_DOUBLE_EQ(set().avg(field::level).value(), 27.0);
    EXPECT_EQ(set().max(field::id), MessageId{5});
    EXPECT_EQ(set().min(field::created), test::a_monday_morning);
    EXPECT_EQ(set().max(field::read_at), test::a_monday_morning + 3h);
    EXPECT_FALSE(set().filter(field::read_at.is_null()).max(field::read_at));
    EXPECT_FALSE(set().filter(field::level > 99).sum(field::level));
    EXPECT_FALSE(set().filter(field::level > 99).avg(field::level));
    EXPECT_EQ(by_id().limit(2).max(field::level), 30);
    EXPECT_EQ(by_id().slice(3).sum(field::level), 45);
    EXPECT_FALSE(by_id().slice(9).max(field::level));
    EXPECT_DOUBLE_EQ(by_id().slice(2, 5).avg(field::level).value(), 85.0 / 3);
}

TEST_F(QuerySetOfRows, KnowsNoChangesWithoutAFeed) {
    some_messages();
    try {
        set().changes({"epoch", 1});
        FAIL() << "nothing tells what has changed";
    } catch (const Refused& refused) {
        EXPECT_EQ(refused.code(), errc::no_feed);
    }
}

TEST_F(QuerySetOfRows, CountsByAField) {
    some_messages();
    EXPECT_THAT(
        set().count_by(field::level),
        ElementsAre(Pair(20, 2), Pair(25, 1), Pair(30, 1), Pair(40, 1))
    );
    EXPECT_THAT(
        set().count_by(field::view),
        ElementsAre(Pair("", 1), Pair("demo:index", 2), Pair("demo:save", 1), Pair("other", 1))
    );
    EXPECT_THAT(
        set().count_by(field::session_key),
        ElementsAre(Pair(std::nullopt, 4), Pair(std::optional<std::string>("key"), 1))
    );
    EXPECT_THAT(
        set().count_by(field::extra_tags), ElementsAre(Pair("a", 2), Pair("ab", 1), Pair("b", 2))
    );
    EXPECT_THAT(
        by_id().limit(2).count_by(field::extra_tags),
        ElementsAre(Pair("a", 1), Pair("ab", 1), Pair("b", 1))
    );
    EXPECT_THAT(everybody().count_by(field::user), ElementsAre(Pair(ann, 5), Pair(bob, 1)));
    EXPECT_THAT(set().count_by(field::user), ElementsAre(Pair(ann, 5)));
}

TEST_F(QuerySetOfRows, MarksOnlyItsUnreadMessages) {
    some_messages();
    EXPECT_EQ(cost([&] { EXPECT_EQ(set().filter(field::level < 30).mark_read(), 2); }), 1U);
    EXPECT_EQ(texts(set().filter(field::read_at == given.now)), "five one");
    EXPECT_EQ(set().filter(field::level < 30).mark_read(), 0);
    EXPECT_EQ(set().filter(field::extra_tags == "b").mark_read(), 1);
    EXPECT_FALSE(set_of(bob).first()->read_at);
    EXPECT_THAT(
        log,
        ElementsAre(
            "Marked 2 messages as read", "Marked 0 messages as read", "Marked 1 message as read"
        )
    );
}

TEST_F(QuerySetOfRows, RemovesItsMessagesWithTheirTags) {
    some_messages();
    EXPECT_EQ(set().filter(field::read_at.is_null(false)).remove(), 2);
    EXPECT_THAT(ids(), ElementsAre("1", "3", "5", "6"));
    EXPECT_EQ(set().filter(field::extra_tags == "a").remove(), 2);
    EXPECT_EQ(count("drf_messages_messagetag"), 2);
    EXPECT_EQ(set().remove(), 1);
    EXPECT_EQ(set().remove(), 0);
    EXPECT_THAT(ids(), ElementsAre("6"));
}

TEST_F(QuerySetOfRows, OfEverybodyIsForScheduledDeletion) {
    some_messages();
    EXPECT_EQ(
        texts(everybody().order_by(field::user.desc(), field::id.asc())),
        "six one two three four five"
    );
    EXPECT_EQ(everybody().get(MessageId{6})->user, bob);
    EXPECT_EQ(everybody().filter(field::user == bob).count(), 1);
    EXPECT_EQ(everybody().filter(field::user == bob).mark_read(), 1);
    const Condition old_and_read =
        field::read_at.is_null(false) && field::created < test::a_monday_morning + 3h;
    EXPECT_EQ(everybody().filter(old_and_read).remove(), 1);
    EXPECT_THAT(ids(), ElementsAre("1", "3", "4", "5", "6"));
}

TEST_F(QuerySetOfRows, OfEverybodyDeletesMoreThanItKeepsInMemory) {
    {
        sql::ScopedTransaction transaction(given.connection());
        test::run(
            given.connection(),
            "INSERT INTO drf_messages_message (view, message, level, read_at, created, session_id,"
            " user_id, session_key) VALUES ('', 'x', 20, NULL, ?, NULL, ?, NULL)",
            {given.now, std::get<std::int64_t>(ann.value)}
        );
        for (int i = 0; i < 14; ++i) {
            test::run(
                given.connection(),
                "INSERT INTO drf_messages_message (view, message, level, read_at, created,"
                " session_id, user_id, session_key) SELECT view, message, level, read_at, created,"
                " session_id, user_id, session_key FROM drf_messages_message"
            );
        }
        transaction.commit();
    }
    given.message(bob, "kept");
    EXPECT_EQ(everybody().filter(field::message == "x").remove(), 1 << 14);
    EXPECT_EQ(texts(everybody()), "kept");
}

} // namespace
} // namespace drf_messages
