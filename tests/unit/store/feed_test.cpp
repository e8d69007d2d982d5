// SPDX-License-Identifier: MIT
#include "sql/transaction.hpp"
#include "store/feed.hpp"
#include "store/feed_upkeep.hpp"
#include "store/message_store.hpp"
#include "support/given_feed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using test::GivenFeed;
using test::told;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::string line(const UserId& user, MessageId message, ChangeKind kind) {
    return told({{1, user, std::nullopt, message, kind}}).front();
}

constexpr std::size_t all = 100'000;

TEST(MessageState, IsOneText) {
    EXPECT_EQ((MessageState{"k3x9ab", 1853}.str()), "k3x9ab-1853");
    EXPECT_EQ(MessageState::parse("k3x9ab-1853"), (MessageState{"k3x9ab", 1853}));
    EXPECT_EQ(MessageState::parse("0-0"), (MessageState{"0", 0}));
    for (const char* wrong :
         {"",
          "-",
          "-1",
          "k3-",
          "k3",
          "k3--1",
          "k3-01",
          "k3-+1",
          "k3-1 ",
          " k3-1",
          "K3-1",
          "k3-1-2",
          "k3-9223372036854775808",
          "12345678901234567-1"}) {
        EXPECT_EQ(MessageState::parse(wrong), std::nullopt) << wrong;
    }
}

TEST(Feed, IsNotThereUntilItIsMade) {
    test::Given given;
    EXPECT_FALSE(store::feed_info(given.connection()));
    EXPECT_FALSE(store::standing(given.connection(), given.user("ann")));
    EXPECT_FALSE(store::look_at_feed(given.connection()));
}

TEST(Feed, TellsWhatHappensToAMessage) {
    GivenFeed given;
    const UserId ann = given.user("ann");
    const MessageId message = given.message(ann, "hi");
    given.number();
    const std::int64_t created = given.position();
    EXPECT_THAT(
        told(store::feed_of_user(given.connection(), ann, 0, all)),
        ElementsAre(line(ann, message, ChangeKind::created))
    );
    given.mark(message);
    given.number();
    given.erase(message);
    given.number();
    EXPECT_THAT(
        told(store::feed_of_user(given.connection(), ann, created, all)),
        ElementsAre(
            line(ann, message, ChangeKind::changed), line(ann, message, ChangeKind::deleted)
        )
    );
    EXPECT_THAT(
        told(store::feed_of_all(given.connection(), created + 1, all)),
        ElementsAre(line(ann, message, ChangeKind::deleted))
    );
    EXPECT_THAT(
        told(store::feed_of_all(given.connection(), 0, 1)),
        ElementsAre(line(ann, message, ChangeKind::created))
    );
}

TEST(Feed, TellsOfATagThatItsMessageHasChanged) {
    GivenFeed given;
    const UserId ann = given.user("ann");
    const MessageId message = given.message(ann, "hi").tag("first");
    const MessageId other = given.message(ann, "other");
    given.number();
    const std::int64_t before = given.position();
    const auto changed = ElementsAre(line(ann, message, ChangeKind::changed));
    for (const char* text :
         {"INSERT INTO drf_messages_messagetag (text, message_id) VALUES ('new', ?)",
          "UPDATE drf_messages_messagetag SET text = 'newer' WHERE message_id = ?",
          "DELETE FROM drf_messages_messagetag WHERE message_id = ?"}) {
        const std::int64_t from = given.position();
        test::run(given.connection(), text, {message.value});
        EXPECT_TRUE(store::standing(given.connection(), ann)->pending) << text;
        given.number();
        EXPECT_FALSE(store::standing(given.connection(), ann)->pending) << text;
        const auto rows = store::feed_of_user(given.connection(), ann, from, all);
        EXPECT_THAT(told({rows.front()}), changed) << text;
        EXPECT_GT(rows.front().position, before);
        given.mark(other); // so that the last row is another message's
        given.number();
    }
}

TEST(Feed, GivesPositionsInTheOrderOfCommits) {
    GivenFeed given;
    if (given.is_sqlite()) {
        GTEST_SKIP() << "one writer";
    }
    const UserId ann = given.user("ann");
    const auto insert = [&](sql::Connection& connection, std::string_view text) {
        return connection.insert(
            {"insert",
             "INSERT INTO drf_messages_message (view, message, level, created, user_id) VALUES "
             "('', ?, 20, ?, ?)"},
            std::array<sql::Value, 3>{text, given.now, std::get<std::int64_t>(ann.value)}
        );
    };
    const auto late = given.open();
    const MessageId first{[&] {
        late->begin();
        return insert(*late, "begun first");
    }()};
    const MessageId second{insert(given.connection(), "committed first")};
    given.number();
    const std::int64_t seen = given.position();
    late->commit();
    EXPECT_TRUE(store::standing(given.connection(), ann)->pending);
    given.number();
    EXPECT_LT(first, second) << "an id cannot say it";
    EXPECT_THAT(
        told(store::feed_of_user(given.connection(), ann, seen, all)),
        ElementsAre(line(ann, first, ChangeKind::created))
    );
}

TEST(Feed, WaitsForNobodyWhoCommitsLate) {
    GivenFeed given;
    if (given.is_sqlite()) {
        GTEST_SKIP() << "one writer";
    }
    const UserId ann = given.user("ann");
    const auto late = given.open();
    given.message(ann, "before");
    given.message(ann, "before");
    late->begin();
    late->insert(
        {"insert",
         "INSERT INTO drf_messages_message (view, message, level, created, user_id) VALUES "
         "('', 'late', 20, ?, ?)"},
        std::array<sql::Value, 2>{given.now, std::get<std::int64_t>(ann.value)}
    );
    given.message(ann, "after"); // most rows of the queue are to be deleted, but not all
    EXPECT_EQ(store::number_changes(given.connection()), 3U);
    late->commit();
    EXPECT_EQ(store::number_changes(given.connection()), 1U);
}

TEST(Feed, KnowsNothingOfWhatWasRolledBack) {
    GivenFeed given;
    const UserId ann = given.user("ann");
    {
        const sql::ScopedTransaction transaction(given.connection());
        given.message(ann, "never");
    }
    given.number();
    EXPECT_FALSE(store::standing(given.connection(), ann)->pending);
    EXPECT_THAT(store::feed_of_all(given.connection(), 0, all), IsEmpty());
}

TEST(Feed, SaysOnceWhatARoundKnowsOfAMessage) {
    GivenFeed given;
    if (given.is_sqlite()) {
        GTEST_SKIP() << "its triggers give the positions";
    }
    const UserId ann = given.user("ann");
    const MessageId kept = given.message(ann, "created, then changed");
    given.mark(kept);
    const MessageId gone = given.message(ann, "created, then deleted");
    given.mark(gone);
    given.erase(gone);
    const MessageId back = given.message(ann, "deleted, then inserted again");
    given.erase(back);
    test::run(
        given.connection(),
        "INSERT INTO drf_messages_message (id, view, message, level, created, user_id) VALUES "
        "(?, '', 'back', 20, ?, ?)",
        {back.value, given.now, std::get<std::int64_t>(ann.value)}
    );
    EXPECT_EQ(store::number_changes(given.connection()), 8U);
    EXPECT_EQ(store::number_changes(given.connection()), 0U);
    EXPECT_THAT(
        told(store::feed_of_all(given.connection(), 0, all)),
        UnorderedElementsAre(
            line(ann, kept, ChangeKind::created),
            line(ann, gone, ChangeKind::deleted),
            line(ann, back, ChangeKind::created)
        )
    );
}

TEST(Feed, SaysManyOfAUserWithOneRow) {
    GivenFeed given;
    if (given.is_sqlite()) {
        GTEST_SKIP() << "its triggers give the positions";
    }
    const UserId ann = given.user("ann");
    const UserId bob = given.user("bob");
    for (int i = 0; i < 201; ++i) {
        given.message(ann, "one of many");
    }
    const MessageId bobs = given.message(bob, "one");
    given.number();
    const std::int64_t before = given.position();
    test::run(given.connection(), "UPDATE drf_messages_message SET level = 30");
    const MessageId created = given.message(ann, "created");
    given.number();
    const auto rows = store::feed_of_all(given.connection(), before, all);
    EXPECT_THAT(
        told(rows),
        UnorderedElementsAre(
            std::to_string(std::get<std::int64_t>(ann.value)) + " many 2",
            line(bob, bobs, ChangeKind::changed),
            line(ann, created, ChangeKind::created)
        )
    );
    EXPECT_THAT(store::created_since(given.connection(), ann, before), ElementsAre(created));
}

TEST(Feed, TakesAMessageThatGetsAnotherUserFromTheOne) {
    GivenFeed given;
    const UserId ann = given.user("ann");
    const UserId bob = given.user("bob");
    const MessageId message = given.message(ann, "whose?");
    given.number();
    const std::int64_t before = given.position();
    test::run(
        given.connection(),
        "UPDATE drf_messages_message SET user_id = ? WHERE id = ?",
        {std::get<std::int64_t>(bob.value), message.value}
    );
    given.number();
    EXPECT_THAT(
        told(store::feed_of_all(given.connection(), before, all)),
        UnorderedElementsAre(
            line(ann, message, ChangeKind::deleted), line(bob, message, ChangeKind::created)
        )
    );
}

TEST(Feed, LeavesTheSessionOpenWhenItChanges) {
    GivenFeed given;
    const UserId ann = given.user("ann");
    given.session("first", "x", given.now + 1h);
    given.message(ann, "hi").session("first");
    given.number();
    const auto rows = store::feed_of_user(given.connection(), ann, 0, all);
    EXPECT_EQ(rows.back().session_key, std::nullopt) << "it was in none before";
}

TEST(Feed, KnowsWhereAUserStands) {
    GivenFeed given;
    const UserId ann = given.user("ann");
    const UserId bob = given.user("bob");
    given.number();
    const auto info = store::feed_info(given.connection());
    EXPECT_EQ(store::standing(given.connection(), ann)->state, (MessageState{info->epoch, 0}));
    given.message(ann, "hi");
    EXPECT_EQ(store::standing(given.connection(), ann)->pending, !given.is_sqlite());
    EXPECT_FALSE(store::standing(given.connection(), bob)->pending);
    given.number();
    const auto standing = store::standing(given.connection(), ann);
    EXPECT_FALSE(standing->pending);
    EXPECT_EQ(standing->state, (MessageState{info->epoch, given.position()}));
    given.message(bob, "another's");
    given.number();
    EXPECT_EQ(store::standing(given.connection(), ann)->state, standing->state);
}

/// Until the next VACUUM they are in PostgreSQL's table, and in its indexes.
TEST(Feed, KnowsWhereAUserStandsWithoutAVisitToWhatWasNumbered) {
    GivenFeed given;
    if (given.connection().dialect() != sql::Dialect::postgresql) {
        GTEST_SKIP() << "the others keep nothing of what was deleted";
    }
    const UserId ann = given.user("ann");
    test::run(
        given.connection(),
        "INSERT INTO drf_messages_message (view, message, level, created, user_id)"
        " SELECT '', 'hi', 20, now(), ? FROM generate_series(1, 5000)",
        {std::get<std::int64_t>(ann.value)}
    );
    given.number();
    const auto visited = [&] {
        return sql::query_one(
            given.connection(),
            {"visited",
             "SELECT pg_stat_get_xact_blocks_fetched('drf_messages_server_change'::regclass)"},
            {},
            [](const sql::Row& row) { return row.integer(0); }
        );
    };
    store::standing(given.connection(), ann); // leaves a note in the index
    const sql::ScopedTransaction transaction(given.connection());
    const auto before = visited();
    store::standing(given.connection(), ann);
    EXPECT_EQ(visited(), before);
}

TEST(Feed, KnowsWhatWasCreatedSinceAState) {
    GivenFeed given;
    const UserId ann = given.user("ann");
    given.message(ann, "before");
    given.number();
    const std::int64_t seen = given.position();
    const MessageId numbered = given.message(ann, "numbered");
    given.number();
    const MessageId waiting = given.message(ann, "waiting");
    given.message(given.user("bob"), "another's");
    EXPECT_THAT(
        store::created_since(given.connection(), ann, seen), UnorderedElementsAre(numbered, waiting)
    );
}

TEST(Feed, KnowsOfManyAtOnceWhoHasNews) {
    GivenFeed given;
    const UserId ann = given.user("ann");
    const UserId bob = given.user("bob");
    given.message(ann, "first");
    given.number();
    const std::int64_t first = given.position();
    given.message(ann, "second");
    given.number();
    const std::vector<store::FeedPoint> points = {
        {ann, 0}, {bob, 0}, {ann, first}, {ann, given.position()}, {bob, first}};
    const auto news = store::feed_news(given.connection(), points);
    ASSERT_TRUE(news);
    EXPECT_THAT(news->have_rows, ElementsAre(true, false, true, false, false));
    EXPECT_EQ(news->info.position, given.position());
    std::vector<store::FeedPoint> many(store::most_feed_points, {bob, 0});
    many.back() = {ann, 0};
    const auto of_many = store::feed_news(given.connection(), many)->have_rows;
    EXPECT_EQ(of_many.size(), many.size());
    EXPECT_EQ(std::count(of_many.begin(), of_many.end(), true), 1);
    EXPECT_TRUE(of_many.back());
}

TEST(Feed, TellsASessionOfItsOwnMessagesAndOfThoseOfNone) {
    const UserId ann{std::int64_t{1}};
    store::MessageScope scope;
    scope.user = ann;
    const store::FeedRow of_session{3, ann, "abc", MessageId{7}, ChangeKind::created};
    const store::FeedRow of_none{4, ann, std::nullopt, MessageId{8}, ChangeKind::created};
    EXPECT_TRUE(store::is_in(scope, of_session));
    scope.by_session = true;
    EXPECT_FALSE(store::is_in(scope, of_session));
    scope.session_key = "abc";
    EXPECT_TRUE(store::is_in(scope, of_session));
    EXPECT_TRUE(store::is_in(scope, of_none));
    scope.user = UserId{std::int64_t{2}};
    EXPECT_FALSE(store::is_in(scope, of_session));
}

TEST(Feed, KeepsTheNewestRowOfEachUserWhenItIsTrimmed) {
    GivenFeed given;
    auto& connection = given.connection();
    const UserId ann = given.user("ann");
    const UserId bob = given.user("bob");
    const UserId cleo = given.user("cleo");
    const MessageId anns = given.message(ann, "first");
    given.number();
    const auto info = store::feed_info(connection).value();
    const MessageState first{info.epoch, info.position};
    const MessageId bobs = given.message(bob, "only");
    given.number();
    given.mark(anns);
    given.number();
    const MessageState last{info.epoch, given.position()};
    test::run(connection, "UPDATE drf_messages_server_feed SET at = at - 3600000");
    given.mark(anns);
    given.number();

    EXPECT_EQ(store::trim_feed(connection, 0, 2h).rows, 0);
    const store::Trimmed trimmed = store::trim_feed(connection, 0, 30min);
    EXPECT_EQ(trimmed.rows, 2);
    EXPECT_TRUE(trimmed.is_done);
    EXPECT_THAT(
        told(store::feed_of_all(connection, 0, all)),
        ElementsAre(line(bob, bobs, ChangeKind::created), line(ann, anns, ChangeKind::changed))
    );
    const auto after = store::feed_info(connection).value();
    EXPECT_EQ(after.trimmed_to, last.position);
    EXPECT_FALSE(store::is_known(after, connection, ann, first)) << "a row is missing";
    EXPECT_TRUE(store::is_known(after, connection, ann, last));
    EXPECT_TRUE(store::is_known(after, connection, bob, {info.epoch, first.position + 1}));
    EXPECT_TRUE(store::is_known(after, connection, cleo, {info.epoch, 0})) << "nothing to tell";
    EXPECT_FALSE(store::is_known(after, connection, ann, {"another", last.position}));
    EXPECT_FALSE(store::is_known(after, connection, ann, {info.epoch, after.position + 1}));
    EXPECT_EQ(store::standing(connection, cleo)->state.position, after.trimmed_to);

    given.message(bob, "news");
    given.number();
    const auto then = store::feed_info(connection).value();
    EXPECT_TRUE(store::is_known(then, connection, bob, {info.epoch, first.position + 1}))
        << "whoever has had no news keeps a valid state";
}

TEST(Feed, IsLookedAfterByOne) {
    GivenFeed given;
    auto& connection = given.connection();
    EXPECT_FALSE(store::look_at_feed(connection)->is_held);
    EXPECT_TRUE(store::take_lease(connection, "one", 1h));
    EXPECT_TRUE(store::look_at_feed(connection)->is_held);
    EXPECT_FALSE(store::take_lease(connection, "two", 1h));
    EXPECT_TRUE(store::take_lease(connection, "one", 1h)) << "again";
    store::end_lease(connection, "two");
    EXPECT_FALSE(store::take_lease(connection, "two", 1h));
    store::end_lease(connection, "one");
    EXPECT_FALSE(store::look_at_feed(connection)->is_held);
    EXPECT_TRUE(store::take_lease(connection, "two", -1s)) << "and is late";
    EXPECT_FALSE(store::look_at_feed(connection)->is_held);
    EXPECT_TRUE(store::take_lease(connection, "one", 1h));
}

TEST(Feed, CountsAnewInAnotherEpochWhereSqliteDoes) {
    GivenFeed given;
    if (!given.is_sqlite()) {
        GTEST_SKIP() << "servers keep the position themselves";
    }
    auto& connection = given.connection();
    const UserId ann = given.user("ann");
    given.message(ann, "one");
    given.message(ann, "two");
    connection.run_script(
        {"restore",
         "UPDATE drf_messages_server_info SET position = 6, trimmed_to = 5;"
         "DELETE FROM drf_messages_server_feed;"
         "DELETE FROM sqlite_sequence WHERE name = 'drf_messages_server_feed'"}
    );
    store::begin_epoch(connection, store::feed_info(connection)->epoch);
    EXPECT_EQ(given.position(), 0);
    EXPECT_EQ(store::feed_info(connection)->trimmed_to, 0);
    given.message(ann, "three");
    EXPECT_EQ(given.position(), 1);
}

TEST(Feed, BeginsAnotherEpochOnce) {
    GivenFeed given;
    auto& connection = given.connection();
    const std::string first = store::feed_info(connection)->epoch;
    store::begin_epoch(connection, first);
    const std::string second = store::feed_info(connection)->epoch;
    EXPECT_NE(second, first);
    store::begin_epoch(connection, first);
    EXPECT_EQ(store::feed_info(connection)->epoch, second);
    EXPECT_TRUE(MessageState::parse(second + "-1"));
}

TEST(Feed, IsNotThereWithWhatIsNoEpoch) {
    GivenFeed given;
    auto& connection = given.connection();
    const UserId ann = given.user("ann");
    EXPECT_FALSE(store::mend_epoch(connection));
    for (const char* wrong : {"", "a\r\nX: y", "a\n\ndata: x", "K3x9ab", "it's", " a"}) {
        test::run(
            connection, "UPDATE drf_messages_server_info SET epoch = ?", {std::string_view(wrong)}
        );
        given.message(ann, "hi");
        EXPECT_FALSE(store::feed_info(connection)) << wrong;
        EXPECT_FALSE(store::standing(connection, ann)) << wrong;
        EXPECT_FALSE(store::look_at_feed(connection)) << wrong;
        EXPECT_EQ(store::number_changes(connection), 0) << wrong;
        EXPECT_TRUE(store::mend_epoch(connection)) << wrong;
        const auto info = store::feed_info(connection).value();
        EXPECT_TRUE(MessageState::parse(MessageState{info.epoch, info.position}.str())) << wrong;
        given.number();
        EXPECT_EQ(store::feed_info(connection)->epoch, info.epoch);
    }
}

TEST(Feed, AlsoEndsAnEpochThatIsABlob) {
    GivenFeed given;
    if (!given.is_sqlite()) {
        GTEST_SKIP() << "servers' columns have one type";
    }
    for (const char* blob : {"x'0d0a'", "x'61'"}) {
        test::run(
            given.connection(), std::string("UPDATE drf_messages_server_info SET epoch = ") + blob
        );
        store::mend_epoch(given.connection());
        const std::string epoch = store::feed_info(given.connection()).value().epoch;
        store::begin_epoch(given.connection(), epoch);
        EXPECT_NE(store::feed_info(given.connection())->epoch, epoch) << blob;
    }
}

TEST(Feed, KnowsHowLongARowHasTravelled) {
    GivenFeed given;
    auto& connection = given.connection();
    given.message(given.user("ann"), "hi");
    given.number();
    test::run(connection, "UPDATE drf_messages_server_feed SET at = at - 3600000");
    EXPECT_GE(store::age_of_row(connection, given.position()).value(), 1h);
    EXPECT_LT(store::age_of_row(connection, given.position()).value(), 2h);
    EXPECT_EQ(store::age_of_row(connection, given.position() + 1), std::nullopt);
}

TEST(Feed, BeginsAnotherEpochWhenATableIsTruncated) {
    GivenFeed given;
    auto& connection = given.connection();
    if (given.is_sqlite()) {
        GTEST_SKIP() << "knows no TRUNCATE";
    }
    given.message(given.user("ann"), "hi");
    given.number();
    EXPECT_FALSE(store::was_truncated(connection)) << "seen for the first time";
    EXPECT_FALSE(store::was_truncated(connection));
    const std::string epoch = store::feed_info(connection)->epoch;
    connection.run_script(
        {"truncate",
         connection.dialect() == sql::Dialect::postgresql
             ? "TRUNCATE drf_messages_message, drf_messages_messagetag"
             : "SET FOREIGN_KEY_CHECKS = 0; TRUNCATE drf_messages_message; SET FOREIGN_KEY_CHECKS "
               "= "
               "1"}
    );
    if (store::was_truncated(connection)) {
        store::begin_epoch(connection, epoch); // as live::Watcher does
    }
    given.number();
    EXPECT_NE(store::feed_info(connection)->epoch, epoch);
    EXPECT_FALSE(store::was_truncated(connection));
}

} // namespace
} // namespace drf_messages
