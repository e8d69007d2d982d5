// SPDX-License-Identifier: MIT
#include "messages/db_storage.hpp"
#include "sql/transaction.hpp"
#include "support/connection_access.hpp"
#include "support/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using messages::DBStorage;
using test::Given;
using testing::ElementsAre;
using testing::IsEmpty;

class Storage : public testing::Test {
protected:
    /// The storage of a request of ann's, unless it is another viewer's.
    DBStorage storage() { return storage({ann, true, "annssession"}); }
    DBStorage storage(Viewer viewer) {
        return DBStorage(database, std::move(viewer), "demo:index");
    }
    /// One complete iteration.
    static std::vector<DjangoMessage> read_all(DBStorage& storage) {
        messages::Reading reading = storage.read();
        storage.finish_reading(reading);
        return std::move(reading.messages);
    }

    std::vector<std::string> read_times() {
        return test::rows(
            given.connection(), "SELECT id, read_at FROM drf_messages_message ORDER BY id", 2
        );
    }
    std::vector<std::string> ids() {
        return test::rows(given.connection(), "SELECT id FROM drf_messages_message ORDER BY id", 1);
    }

    /// How many statements `call` sends.
    template<class Call>
    std::uint64_t cost(Call call) {
        const auto before = given.connection().statement_count();
        call();
        return given.connection().statement_count() - before;
    }

    /// Unread 1, 3 and 4 of ann, 2 was read; 5 is bob's.
    void some_messages() {
        given.message(ann, "one").tag("a").tag("b");
        given.message(ann, "two").read();
        given.message(ann, "three").level(30);
        given.message(ann, "four");
        given.message(given.user("bob"), "five");
        given.now += 1h;
    }

    Given given;
    Settings settings;
    UserId ann = given.user("ann");
    std::vector<std::string> log;
    test::ConnectionAccess database{
        given.connection(), settings, given.clock(), [this](LogLevel, std::string_view line) {
            log.emplace_back(line);
        }};
};

TEST_F(Storage, FetchMarksExactlyTheUnreadMessagesItReturned) {
    some_messages();
    DBStorage messages = storage();
    MessageQuery query;
    query.limit = 3;
    std::vector<Message> page;
    EXPECT_EQ(cost([&] { page = messages.fetch(query, true); }), 2U);
    ASSERT_EQ(page.size(), 3U);
    EXPECT_EQ(page[0].message, "one");
    EXPECT_FALSE(page[0].read_at);
    EXPECT_TRUE(messages.used);
    EXPECT_THAT(
        read_times(),
        ElementsAre(
            "1|2024-01-01 11:00:00",
            "2|2024-01-01 10:00:00",
            "3|2024-01-01 11:00:00",
            "4|NULL",
            "5|NULL"
        )
    );
    EXPECT_THAT(log, ElementsAre("Marked 2 messages as read"));
}

TEST_F(Storage, FetchMarksNoMessageBeyondThePageThatLooksOneFurther) {
    some_messages();
    MessageQuery query;
    query.limit = 2;
    EXPECT_EQ(storage().fetch(query, true, 1).size(), 2U);
    EXPECT_EQ(storage().summarize_unread().count, 2);
}

TEST_F(Storage, FetchWritesNothingWhenNothingIsUnreadOrNotAsked) {
    some_messages();
    DBStorage messages = storage();
    EXPECT_EQ(cost([&] { messages.fetch({}, false); }), 1U);
    EXPECT_EQ(storage().mark_read(), 3);
    EXPECT_EQ(cost([&] { EXPECT_EQ(messages.fetch({}, true).size(), 4U); }), 1U);
    EXPECT_FALSE(messages.used);
}

TEST_F(Storage, FetchMarksMoreMessagesThanOneStatementTakes) {
    {
        sql::ScopedTransaction transaction(given.connection());
        for (int i = 0; i < 501; ++i) {
            given.message(ann, "hi");
        }
        transaction.commit();
    }
    DBStorage messages = storage();
    // SELECT, BEGIN, the UPDATEs, COMMIT.
    const auto updates = given.connection().dialect() == sql::Dialect::postgresql ? 1U : 2U;
    EXPECT_EQ(cost([&] { messages.fetch({}, true); }), 3U + updates);
    EXPECT_EQ(messages.summarize_unread().count, 0);
}

TEST_F(Storage, FetchOneMarksOnceAndKeepsTheTimeAfterwards) {
    some_messages();
    DBStorage messages = storage();
    EXPECT_EQ(cost([&] { EXPECT_FALSE(messages.fetch_one({1}, {}, true)->read_at); }), 2U);
    given.now += 1h;
    EXPECT_EQ(cost([&] { EXPECT_TRUE(messages.fetch_one({1}, {}, true)->read_at); }), 1U);
    EXPECT_EQ(read_times()[0], "1|2024-01-01 11:00:00");
    EXPECT_FALSE(messages.fetch_one({5}, {}, true));
    EXPECT_FALSE(messages.fetch_one({4}, Condition::nothing(), true));
    EXPECT_FALSE(messages.fetch_one({4}, {}, false)->read_at);
    EXPECT_EQ(read_times()[3], "4|NULL");
}

TEST_F(Storage, PeekAndCountCostOneStatement) {
    some_messages();
    DBStorage messages = storage();
    UnreadSummary summary;
    EXPECT_EQ(cost([&] { summary = messages.summarize_unread(); }), 1U);
    EXPECT_EQ(summary.count, 3);
    EXPECT_EQ(summary.max_level, 30);
    EXPECT_EQ(cost([&] { EXPECT_EQ(messages.count({}), 4); }), 1U);
    EXPECT_FALSE(messages.used);
}

TEST_F(Storage, RemovesAReadMessageWithItsTags) {
    some_messages();
    given.message(ann, "six").read().tag("x");
    DBStorage messages = storage();
    EXPECT_EQ(cost([&] { EXPECT_TRUE(messages.remove({6}, {}, false).has_value()); }), 5U);
    EXPECT_EQ(messages.remove({6}, {}, false).error(), errc::not_found);
    EXPECT_EQ(messages.remove({5}, {}, true).error(), errc::not_found);
    EXPECT_EQ(messages.remove({2}, Condition::nothing(), true).error(), errc::not_found);
    EXPECT_EQ(messages.remove({1}, {}, false).error(), errc::unread_not_deletable);
    EXPECT_TRUE(messages.remove({1}, {}, true).has_value());
    EXPECT_THAT(ids(), ElementsAre("2", "3", "4", "5"));
    EXPECT_EQ(test::number(given.connection(), "SELECT COUNT(*) FROM drf_messages_messagetag"), 0);
}

TEST_F(Storage, NeverDeletesAMessageThatWasMarkedUnreadMeanwhile) {
    some_messages();
    test::run(given.connection(), "UPDATE drf_messages_message SET read_at = NULL WHERE id = 2");
    EXPECT_EQ(storage().remove({2}, {}, false).error(), errc::unread_not_deletable);
    EXPECT_EQ(ids().size(), 5U);
}

TEST_F(Storage, UpdateDeletesReadMessagesOfTheViewerOnlyAfterUse) {
    settings.messages_delete_read = true;
    some_messages();
    DBStorage unused = storage();
    unused.summarize_unread();
    EXPECT_EQ(cost([&] { unused.update(); }), 0U);

    DBStorage messages = storage();
    messages.at(0);
    messages.update();
    EXPECT_THAT(ids(), ElementsAre("3", "4", "5"));
    EXPECT_EQ(test::number(given.connection(), "SELECT COUNT(*) FROM drf_messages_messagetag"), 0);
    EXPECT_EQ(log.back(), "Cleared 2 messages");
}

TEST_F(Storage, UpdateDeletesAfterAReadMessageWasShownAlone) {
    settings.messages_delete_read = true;
    some_messages();
    DBStorage messages = storage();
    messages.fetch_one({2}, {}, true);
    messages.update();
    EXPECT_THAT(ids(), ElementsAre("1", "3", "4", "5"));
}

TEST_F(Storage, UpdateKeepsEverythingUnlessTheSettingIsOn) {
    some_messages();
    DBStorage messages = storage();
    read_all(messages);
    EXPECT_EQ(cost([&] { messages.update(); }), 0U);
    EXPECT_EQ(ids().size(), 5U);
}

TEST_F(Storage, UpdateForgetsNoUserWhoCameWithoutASession) {
    settings.messages_delete_read = true;
    settings.messages_use_sessions = true;
    some_messages();
    DBStorage messages = storage({});
    messages.set_viewer({ann, true, {}});
    EXPECT_TRUE(messages.fallback());
    messages.fetch({}, true);
    messages.update();
    EXPECT_THAT(ids(), ElementsAre("5"));

    // But what was kept in memory says nothing about stored messages.
    given.message(ann, "six").read();
    DBStorage other = storage({ann, true, {}});
    read_all(other);
    EXPECT_TRUE(other.used);
    other.update();
    EXPECT_THAT(ids(), ElementsAre("5", "6"));
}

TEST_F(Storage, AsksForNoDatabaseOnBehalfOfAnAnonymousViewer) {
    settings.messages_delete_read = true;
    some_messages();
    DBStorage messages = storage({{}, true, "somesession"});
    EXPECT_THAT(messages.fetch({}, true), IsEmpty());
    EXPECT_FALSE(messages.fetch_one({1}, {}, true));
    EXPECT_EQ(messages.count({}), 0);
    EXPECT_EQ(messages.summarize_unread().count, 0);
    EXPECT_EQ(messages.mark_read(), 0);
    EXPECT_EQ(messages.remove({2}, {}, true).error(), errc::not_found);
    EXPECT_TRUE(messages.add(20, "for this request").has_value());
    EXPECT_EQ(messages.size(), 1U);
    read_all(messages);
    messages.update();
    EXPECT_EQ(database.asked, 0);
}

TEST_F(Storage, SaysWhichRowAMessageHasBecome) {
    some_messages();
    DBStorage messages = storage();
    const std::optional<MessageId> id = messages.add(25, "six", {"a"}).value();
    ASSERT_TRUE(id);
    const std::optional<Message> stored = messages.fetch_one(*id, {}, false);
    ASSERT_TRUE(stored);
    EXPECT_EQ(stored->message, "six");
    EXPECT_FALSE(messages.add(10, "below the level").value());
    EXPECT_FALSE(storage({}).add(25, "of nobody, kept in memory").value());
}

TEST_F(Storage, InMemoryObeysTheLevelAndRefusesWhatTheDatabaseRefuses) {
    DBStorage messages = storage({});
    messages.add(20, "").value();
    messages.add(10, "debug").value();
    messages.set_level(40);
    messages.add(20, "info").value();
    EXPECT_TRUE(messages.empty());
    EXPECT_EQ(messages.add(40, "\xff").error(), errc::invalid_utf8);
    messages.add(40, "error", {"a", "b"}).value();
    EXPECT_THAT(read_all(messages), ElementsAre(DjangoMessage{40, "error", "a b"}));
    EXPECT_THAT(
        log,
        ElementsAre(
            "Skip message creation due to an empty string.",
            "Skip message creation due to the level being too low (level=10 / min=20).",
            "Skip message creation due to the level being too low (level=20 / min=40)."
        )
    );
}

TEST_F(Storage, SlicesReturnWhatTheyMark) {
    for (const char* text : {"1", "2", "3", "4", "5"}) {
        given.message(ann, text);
    }
    const auto texts = [](const std::vector<DjangoMessage>& messages) {
        std::vector<std::string> result;
        for (const DjangoMessage& message : messages) {
            result.push_back(message.message);
        }
        return result;
    };
    DBStorage messages = storage();
    EXPECT_THAT(texts(messages.slice(0, 4, 2)), ElementsAre("1", "3"));
    EXPECT_EQ(messages.repr(), "2, 4, 5");
    EXPECT_THAT(texts(messages.slice({}, {}, -2)), ElementsAre("5", "2"));
    EXPECT_EQ(messages.repr(), "4");
    EXPECT_THAT(messages.slice(2, 1, {}), IsEmpty());
    EXPECT_THAT(messages.slice(INT64_MAX, INT64_MAX, INT64_MAX), IsEmpty());
    EXPECT_THROW(messages.slice(-1, {}, {}), std::invalid_argument);
    EXPECT_THROW(messages.slice({}, {}, 0), std::invalid_argument);
    EXPECT_THROW(messages.at(-1), std::invalid_argument);
}

TEST_F(Storage, SlicesInMemoryAsPythonSlicesAList) {
    DBStorage messages = storage({});
    for (const char* text : {"0", "1", "2", "3", "4"}) {
        messages.add(20, text).value();
    }
    const auto sliced = [&](auto... bounds) {
        std::string result;
        for (const DjangoMessage& message : messages.slice(bounds...)) {
            result += message.message;
        }
        return result;
    };
    using Bound = std::optional<std::int64_t>;
    EXPECT_EQ(sliced(Bound(-2), Bound(), Bound()), "34");
    EXPECT_EQ(sliced(Bound(), Bound(-1), Bound(2)), "02");
    EXPECT_EQ(sliced(Bound(), Bound(), Bound(-1)), "43210");
    EXPECT_EQ(sliced(Bound(3), Bound(0), Bound(-2)), "31");
    EXPECT_EQ(sliced(Bound(-99), Bound(99), Bound(INT64_MAX)), "0");
    EXPECT_EQ(sliced(Bound(), Bound(), Bound(INT64_MIN)), "4");
    EXPECT_THROW(sliced(Bound(), Bound(), Bound(0)), std::invalid_argument);
    EXPECT_EQ(messages.at(-1)->message, "4");
    EXPECT_FALSE(messages.at(5));
}

TEST_F(Storage, ReadingWhileAnotherAddsMarksOnlyWhatWasRead) {
    some_messages();
    // The other writer comes in between our two statements: where the clock is asked for.
    test::ConnectionAccess interrupted(given.connection(), settings, [this] {
        given.message(ann, "arrived in between");
        return given.now;
    });
    DBStorage messages(interrupted, {ann, false, {}}, "");
    EXPECT_EQ(read_all(messages).size(), 3U);
    EXPECT_EQ(read_times().back(), "6|NULL");
}

} // namespace
} // namespace drf_messages
