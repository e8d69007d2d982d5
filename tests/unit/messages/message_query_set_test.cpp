// SPDX-License-Identifier: MIT
#include "messages/query_set_factory.hpp"
#include "support/connection_access.hpp"
#include "support/database.hpp"

#include <drf_messages/errors.hpp>
#include <drf_messages/message_manager.hpp>
#include <drf_messages/message_query_set.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using test::Given;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class QuerySet : public testing::Test {
protected:
    MessageQuerySet set_of(const UserId& user) {
        store::MessageScope scope;
        scope.user = user;
        return messages::make_query_set(database, {scope, nullptr});
    }
    MessageQuerySet set() { return set_of(ann); }
    MessageQuerySet by_id() { return set().order_by(field::id.asc()); }
    MessageQuerySet everybody() { return MessageManager(database).all(); }

    /// Texts in order, joined by blanks.
    static std::string texts(const MessageQuerySet& set) {
        std::string joined;
        for (const Message& message : set) {
            joined += (joined.empty() ? "" : " ") + message.message;
        }
        return joined;
    }
    std::string filtered(Condition condition) {
        return texts(by_id().filter(std::move(condition)));
    }
    std::string excluded(Condition condition) {
        return texts(by_id().exclude(std::move(condition)));
    }

    /// How many statements `call` sends.
    template<class Call>
    std::uint64_t cost(Call call) {
        const auto before = given.connection().statement_count();
        call();
        return given.connection().statement_count() - before;
    }
    std::vector<std::string> ids() {
        return test::rows(given.connection(), "SELECT id FROM drf_messages_message ORDER BY id", 1);
    }
    std::int64_t count(std::string_view table) {
        return test::number(given.connection(), "SELECT COUNT(*) FROM " + std::string(table));
    }

    /// one … five of ann, the second and fourth read, each an hour newer; six is bob's.
    void some_messages() {
        given.message(ann, "one").level(20).view("demo:index").tag("a").tag("b");
        given.now += 1h;
        given.message(ann, "two").level(30).view("demo:save").read().tag("ab");
        given.now += 1h;
        given.message(ann, "three").level(40).view("demo:index").session("key").tag("b");
        given.now += 1h;
        given.message(ann, "four").level(20).view("other").read();
        given.now += 1h;
        given.message(ann, "five").level(25).tag("a").tag("a");
        given.message(bob, "six").level(50).tag("a");
        given.now += 1h;
    }

    Given given;
    Settings settings;
    UserId ann = given.user("ann");
    UserId bob = given.user("bob");
    std::vector<std::string> log;
    std::shared_ptr<test::ConnectionAccess> database = std::make_shared<test::ConnectionAccess>(
        given.connection(),
        settings,
        given.clock(),
        [this](LogLevel /*level*/, std::string_view line) { log.emplace_back(line); }
    );
};

TEST_F(QuerySet, ReadsNothingUntilItIsRead) {
    some_messages();
    EXPECT_EQ(
        cost([&] {
            set()
                .filter(field::level > 20)
                .exclude(field::view == "x")
                .order_by()
                .reverse()
                .slice(1, 3);
            everybody().none();
        }),
        0U
    );
    EXPECT_EQ(cost([&] { EXPECT_EQ(texts(set()), "five four three two one"); }), 1U);
    EXPECT_EQ(cost([&] { EXPECT_EQ(set().count(), 5); }), 1U);
    EXPECT_EQ(cost([&] { EXPECT_TRUE(set().exists()); }), 1U);
}

TEST_F(QuerySet, LeavesTheSetThatItWasMadeFromAsItIs) {
    some_messages();
    const MessageQuerySet all = set();
    const MessageQuerySet some = all.filter(field::level == 20);
    EXPECT_EQ(texts(some.filter(field::view == "other")), "four");
    EXPECT_EQ(texts(some), "four one");
    EXPECT_EQ(all.count(), 5);
}

TEST_F(QuerySet, ComparesEachFieldAsDjangoDoes) {
    some_messages();
    EXPECT_EQ(filtered(field::id == MessageId{3}), "three");
    EXPECT_EQ(filtered(field::id.in({MessageId{1}, MessageId{5}, MessageId{6}})), "one five");
    EXPECT_EQ(filtered(field::id.in(std::vector<MessageId>())), "");
    EXPECT_EQ(filtered(field::user == ann && field::id < MessageId{3}), "one two");
    EXPECT_EQ(filtered(field::user == bob), "");
    EXPECT_EQ(filtered(field::level >= level::WARNING), "two three");
    EXPECT_EQ(filtered(field::level.range(21, 30)), "two five");
    EXPECT_EQ(filtered(!field::level.range(21, 30)), "one three four");
    EXPECT_EQ(filtered(field::view == "demo:index" || field::view == ""), "one three five");
    EXPECT_EQ(filtered(field::view.startswith("demo:")), "one two three");
    EXPECT_EQ(filtered(field::view.iendswith("SAVE")), "two");
    EXPECT_EQ(filtered(field::message.icontains("T")), "two three");
    EXPECT_EQ(filtered(field::message.contains("%")), "");
    EXPECT_EQ(filtered(field::message.iexact("Four")), "four");
    EXPECT_EQ(filtered(field::session_key == "key"), "three");
    EXPECT_EQ(filtered(field::created < test::a_monday_morning + 1h), "one");
    EXPECT_EQ(filtered(field::created >= test::a_monday_morning + 3h), "four five");
    EXPECT_EQ(filtered(field::created <= Timestamp::max()), "one two three four five");
    EXPECT_EQ(filtered(field::created < Timestamp::min()), "");
}

TEST_F(QuerySet, CountsNullAsDifferentFromEveryValue) {
    some_messages();
    EXPECT_EQ(filtered(field::read_at.is_null()), "one three five");
    EXPECT_EQ(filtered(field::read_at.is_null(false)), "two four");
    EXPECT_EQ(filtered(field::read_at == std::nullopt), "one three five");
    EXPECT_EQ(filtered(field::read_at != std::nullopt), "two four");
    EXPECT_EQ(filtered(field::read_at < given.now), "two four");
    EXPECT_EQ(filtered(!(field::read_at < given.now)), "one three five");
    EXPECT_EQ(filtered(field::session_key != "key"), "one two four five");
    EXPECT_EQ(filtered(field::session_key == std::optional<std::string>()), "one two four five");
    EXPECT_EQ(filtered(field::session_key == std::optional<std::string>("key")), "three");
}

TEST_F(QuerySet, FindsTextThatNoDatabaseStoresNowhere) {
    some_messages();
    const std::string broken = "\xff";
    const std::string nul("o\0", 2);
    for (const std::string& text : {broken, nul}) {
        EXPECT_EQ(filtered(field::message == text), "");
        EXPECT_EQ(filtered(field::message.startswith(text)), "");
        EXPECT_EQ(filtered(field::message != text), "one two three four five");
        EXPECT_EQ(excluded(field::extra_tags.icontains(text)), "one two three four five");
        EXPECT_EQ(filtered(field::message.in({std::string("one"), text})), "one");
    }
}

TEST_F(QuerySet, ConditionsOnTagsInOneFilterConcernTheSameTag) {
    some_messages();
    const Condition begins = field::extra_tags.startswith("a");
    const Condition ends = field::extra_tags.endswith("b");
    EXPECT_EQ(filtered(field::extra_tags == "a"), "one five");
    EXPECT_EQ(filtered(begins && ends), "two");
    EXPECT_EQ(texts(by_id().filter(begins).filter(ends)), "one two");
    EXPECT_EQ(filtered(begins || ends), "one two three five");
    EXPECT_EQ(filtered(begins && ends && field::level == 20), "");
    EXPECT_EQ(filtered(begins && (ends || field::level == 20)), "one two");
    EXPECT_EQ(filtered(!(!(begins && ends))), "two");
    EXPECT_EQ(filtered(begins && field::extra_tags != "ab"), "one five");
    EXPECT_EQ(filtered(begins && ends && field::extra_tags.is_null(false)), "two");
    EXPECT_EQ(filtered(begins && field::extra_tags.is_null()), "");
    EXPECT_EQ(
        filtered((begins || field::view == "other") && (ends || field::extra_tags.is_null())),
        "two four"
    );
    EXPECT_EQ(
        filtered((begins || field::level == 20) && (ends || field::view == "other")), "one two four"
    );
}

TEST_F(QuerySet, ExcludeTakesAwayWhatHasSuchTagsEachConditionOnAnyOfThem) {
    some_messages();
    EXPECT_EQ(excluded(field::extra_tags == "a"), "two three four");
    EXPECT_EQ(filtered(field::extra_tags != "a"), "two three four");
    EXPECT_EQ(
        excluded(field::extra_tags == "a" && field::extra_tags == "b"), "two three four five"
    );
    EXPECT_EQ(excluded(field::extra_tags.is_null()), "one two three five");
    EXPECT_EQ(excluded(field::extra_tags.in({"a", "ab"})), "three four");
}

TEST_F(QuerySet, SortsEachFieldBothWaysAndTurnsRound) {
    some_messages();
    EXPECT_EQ(texts(set().order_by(field::level.asc())), "one four five two three");
    EXPECT_EQ(texts(set().order_by(field::level.desc())), "three two five one four");
    EXPECT_EQ(texts(set().order_by(field::level.asc()).reverse()), "three two five four one");
    EXPECT_EQ(
        texts(set().order_by(field::level.asc(), field::created.desc())), "four one five two three"
    );
    EXPECT_EQ(texts(set().order_by()), "one two three four five");
    EXPECT_EQ(texts(set().reverse()), "one two three four five");
    EXPECT_EQ(texts(set().reverse().reverse()), texts(set()));
    EXPECT_EQ(set().last()->message, set().list().back().message);
}

TEST_F(QuerySet, SlicesAsPythonDoesAndSlicesOfSlices) {
    some_messages();
    EXPECT_EQ(texts(by_id().slice(1, 3)), "two three");
    EXPECT_EQ(texts(by_id().slice(3)), "four five");
    EXPECT_EQ(texts(by_id().limit(2)), "one two");
    EXPECT_EQ(texts(by_id().slice(1, 4).slice(1)), "three four");
    EXPECT_EQ(texts(by_id().slice(1, 4).slice(2, 9)), "four");
    EXPECT_EQ(texts(by_id().slice(1, 4).slice(3, 9)), "");
    EXPECT_EQ(texts(by_id().slice(3, 2)), "");
    EXPECT_EQ(texts(by_id().slice(INT64_MAX, INT64_MAX)), "");
    EXPECT_EQ(texts(by_id().slice(INT64_MAX).slice(INT64_MAX).slice(INT64_MAX)), "");
    EXPECT_EQ(by_id().slice(1, 4).count(), 3);
    EXPECT_EQ(by_id().slice(3, 9).count(), 2);
    EXPECT_EQ(by_id().slice(7).count(), 0);
    EXPECT_TRUE(by_id().slice(4, 5).exists());
    EXPECT_FALSE(by_id().slice(5).exists());
    EXPECT_FALSE(by_id().slice(2, 2).exists());
    EXPECT_EQ(by_id().slice(1, 3).first()->message, "two");
    EXPECT_EQ(by_id()[4].message, "five");
    EXPECT_EQ(by_id().slice(1, 3)[1].message, "three");
    EXPECT_THROW(by_id().slice(1, 3)[2], std::out_of_range);
    EXPECT_THROW(by_id()[INT64_MAX], std::out_of_range);
    EXPECT_THROW(by_id()[-1], std::invalid_argument);
    EXPECT_THROW(set().slice(-1), std::invalid_argument);
    EXPECT_THROW(set().slice(0, -1), std::invalid_argument);
    EXPECT_THROW(set().limit(-1), std::invalid_argument);
}

TEST_F(QuerySet, RefusesWhatDjangoRefusesOnceASliceHasBeenTaken) {
    some_messages();
    for (const MessageQuerySet& slice : {set().limit(2), set().slice(1), set().limit(0)}) {
        EXPECT_THROW(slice.filter(field::level == 20), std::logic_error);
        EXPECT_THROW(slice.exclude(field::level == 20), std::logic_error);
        EXPECT_THROW(slice.order_by(field::id.asc()), std::logic_error);
        EXPECT_THROW(slice.reverse(), std::logic_error);
        EXPECT_THROW(slice.last(), std::logic_error);
        EXPECT_THROW(slice.get(MessageId{1}), std::logic_error);
        EXPECT_THROW(slice.mark_read(), std::logic_error);
        EXPECT_THROW(slice.remove(), std::logic_error);
    }
    try {
        set().limit(2).filter(field::level == 20);
        ADD_FAILURE();
    } catch (const std::logic_error& error) {
        EXPECT_STREQ(error.what(), "Cannot filter a query set once a slice has been taken");
    }
    EXPECT_EQ(texts(set().slice(0)), texts(set().slice(0).filter(field::level > 0)));
    EXPECT_EQ(ids().size(), 6U);
}

TEST_F(QuerySet, RefusesMoreValuesThanAStatementHolds) {
    const std::vector<MessageId> many(10'001);
    EXPECT_THROW(set().filter(field::id.in(many)), std::length_error);
    const std::vector<MessageId> half(5'000);
    EXPECT_EQ(set().filter(field::id.in(half)).filter(field::id.in(half)).count(), 0);
    EXPECT_THROW(set().filter(field::id.in(half)).filter(field::id.in(many)), std::length_error);
    MessageQuerySet narrow = set();
    for (int i = 0; i < 1500; ++i) {
        narrow = narrow.filter(field::level != i);
    }
    EXPECT_EQ(narrow.count(), 0);
}

TEST_F(QuerySet, GetsAMessageOfTheSetOnly) {
    some_messages();
    EXPECT_EQ(set().get(MessageId{2})->message, "two");
    EXPECT_FALSE(set().get(MessageId{6}));
    EXPECT_FALSE(set().filter(field::level == 20).get(MessageId{2}));
    EXPECT_FALSE(set().get(MessageId{99}));
    EXPECT_FALSE(set().none().first());
    EXPECT_FALSE(set_of(UserId{std::int64_t{99}}).first());
}

TEST_F(QuerySet, OfNothingAsksForNoDatabase) {
    some_messages();
    const MessageQuerySet nothing = set().none();
    const int before = database->asked;
    EXPECT_THAT(nothing.list(), IsEmpty());
    EXPECT_EQ(nothing.count(), 0);
    EXPECT_FALSE(nothing.exists());
    EXPECT_FALSE(nothing.max(field::level));
    EXPECT_FALSE(nothing.sum(field::level));
    EXPECT_THAT(nothing.count_by(field::level), IsEmpty());
    EXPECT_EQ(nothing.filter(field::level > 0).mark_read(), 0);
    EXPECT_EQ(nothing.remove(), 0);
    for (const std::vector<Message>& batch : nothing.batches(2)) {
        ADD_FAILURE() << batch.size();
    }
    EXPECT_EQ(database->asked, before);
}

TEST_F(QuerySet, Aggregates) {
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

TEST_F(QuerySet, CountsByAField) {
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

TEST_F(QuerySet, MarksOnlyItsUnreadMessages) {
    some_messages();
    EXPECT_EQ(cost([&] { EXPECT_EQ(set().filter(field::level < 30).mark_read(), 2); }), 1U);
    EXPECT_EQ(texts(set().filter(field::read_at == given.now)), "five one");
    EXPECT_EQ(set().filter(field::level < 30).mark_read(), 0);
    EXPECT_EQ(set().filter(field::extra_tags == "b").mark_read(), 1);
    EXPECT_FALSE(set_of(bob).first()->read_at);
    EXPECT_THAT(
        log,
        ElementsAre(
            "Marked 2 messages as read", "Marked 0 messages as read", "Marked 1 messages as read"
        )
    );
}

TEST_F(QuerySet, RemovesItsMessagesWithTheirTags) {
    some_messages();
    EXPECT_EQ(set().filter(field::read_at.is_null(false)).remove(), 2);
    EXPECT_THAT(ids(), ElementsAre("1", "3", "5", "6"));
    EXPECT_EQ(set().filter(field::extra_tags == "a").remove(), 2);
    EXPECT_EQ(count("drf_messages_messagetag"), 2);
    EXPECT_EQ(set().remove(), 1);
    EXPECT_EQ(set().remove(), 0);
    EXPECT_THAT(ids(), ElementsAre("6"));
}

TEST_F(QuerySet, OfEverybodyIsForScheduledDeletion) {
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

TEST_F(QuerySet, OfEverybodyDeletesMoreThanItKeepsInMemory) {
    {
        sql::Transaction transaction(given.connection());
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

TEST_F(QuerySet, GoesThroughAnyNumberInBatchesInItsOrder) {
    some_messages();
    const auto batched = [](const MessageQuerySet& set, std::size_t size) {
        std::string joined;
        for (const std::vector<Message>& batch : set.batches(size)) {
            joined += "(";
            for (const Message& message : batch) {
                joined += message.message + " ";
            }
            joined.back() = ')';
        }
        return joined;
    };
    EXPECT_EQ(batched(set(), 2), "(five four)(three two)(one)");
    EXPECT_EQ(batched(set(), 5), "(five four three two one)");
    EXPECT_EQ(batched(set(), SIZE_MAX), "(five four three two one)");
    EXPECT_EQ(batched(by_id().slice(1, 4), 2), "(two three)(four)");
    EXPECT_EQ(batched(by_id().slice(1, 3), 2), "(two three)");
    EXPECT_EQ(batched(set().order_by(field::level.desc()), 2), "(three two)(five one)(four)");
    EXPECT_EQ(batched(set().filter(field::level > 99), 2), "");
    for (std::size_t size = 1; size < 6; ++size) {
        for (const std::vector<OrderBy>& order : std::vector<std::vector<OrderBy>>{
                 {field::read_at.asc()},
                 {field::read_at.desc()},
                 {field::session_key.asc(), field::view.desc()},
                 {field::view.asc(), field::read_at.desc(), field::created.asc()},
                 {field::message.desc()},
                 {field::user.asc(), field::session.desc(), field::level.asc()},
                 {field::id.desc()}}) {
            const MessageQuerySet ordered = set().order_by(order);
            std::string joined;
            for (const std::vector<Message>& batch : ordered.batches(size)) {
                EXPECT_LE(batch.size(), size);
                for (const Message& message : batch) {
                    joined += (joined.empty() ? "" : " ") + message.message;
                }
            }
            EXPECT_EQ(joined, texts(ordered));
        }
    }
    EXPECT_THROW(set().batches(0), std::invalid_argument);
}

TEST_F(QuerySet, BatchesMayBeMarkedOrDeletedBeforeTheNextOne) {
    some_messages();
    std::string seen;
    for (std::vector<Message>& batch : set().filter(field::read_at.is_null()).batches(1)) {
        seen += batch.front().message + " ";
        EXPECT_TRUE(batch.front().mark_read());
        given.message(ann, "newer, so not seen");
    }
    EXPECT_EQ(seen, "five three one ");
    seen.clear();
    for (std::vector<Message>& batch : everybody().order_by(field::id.asc()).batches(2)) {
        for (Message& message : batch) {
            seen += std::to_string(message.id.value) + " ";
            EXPECT_TRUE(message.remove());
        }
    }
    EXPECT_EQ(seen, "1 2 3 4 5 6 7 8 9 ");
    EXPECT_EQ(count("drf_messages_message"), 0);
}

TEST_F(QuerySet, BatchesPassATimeThatCanNotBeRead) {
    if (given.connection().dialect() != sql::Dialect::sqlite) {
        GTEST_SKIP() << "only SQLite stores such a time";
    }
    some_messages();
    test::run(
        given.connection(),
        "UPDATE drf_messages_message SET created = 'yesterday' WHERE id IN (2, 4)"
    );
    for (const OrderBy& order : {field::created.asc(), field::created.desc()}) {
        std::size_t seen = 0;
        for (const std::vector<Message>& batch : set().order_by(order).batches(1)) {
            seen += batch.size();
            ASSERT_LE(seen, 5U);
        }
        EXPECT_EQ(seen, 5U);
    }
    EXPECT_TRUE(set().max(field::created));
}

class StoredMessage : public QuerySet {};

TEST_F(StoredMessage, TakesTagsAndReadsThemAsRows) {
    some_messages();
    Message message = by_id()[3];
    message.add_tag("x");
    message.add_tag({"y", "z"});
    message.add_tag(std::vector<std::string>{"", "w w"});
    EXPECT_EQ(cost([&] { message.add_tag(std::vector<std::string>()); }), 0U);
    EXPECT_THAT(message.extra_tags, ElementsAre("x", "y", "z", "", "w w"));
    EXPECT_EQ(by_id()[3].extra_tags, message.extra_tags);
    const std::vector<MessageTag> tags = message.tags();
    ASSERT_EQ(tags.size(), 5U);
    EXPECT_EQ(tags[4].text, "w w");
    EXPECT_EQ(tags[4].message, message.id);
    EXPECT_LT(tags[0].id, tags[4].id);
    std::ostringstream stream;
    stream << tags[0] << " " << message;
    EXPECT_EQ(stream.str(), "x four");
}

TEST_F(StoredMessage, RefusesTagsThatCanNotBeStoredAndStoresNoneOfThem) {
    some_messages();
    Message message = by_id()[3];
    const auto refused = [&](const std::string& tag) {
        try {
            message.add_tag({"fine", tag});
        } catch (const Refused& refusal) {
            return refusal.code();
        }
        return errc();
    };
    EXPECT_EQ(refused(std::string(129, 'x')), errc::tag_too_long);
    EXPECT_EQ(refused("\xff"), errc::invalid_utf8);
    EXPECT_EQ(refused(std::string(1, '\0')), errc::contains_nul);
    EXPECT_THAT(message.extra_tags, IsEmpty());
    EXPECT_THAT(message.tags(), IsEmpty());
    set().get(message.id)->remove();
    EXPECT_EQ(refused("late"), errc::not_found);
    EXPECT_EQ(count("drf_messages_messagetag"), 7);
}

TEST_F(StoredMessage, IsMarkedOnceAndLeavesOtherColumnsAlone) {
    some_messages();
    Message message = by_id()[0];
    test::run(given.connection(), "UPDATE drf_messages_message SET level = 99 WHERE id = 1");
    EXPECT_EQ(cost([&] { EXPECT_TRUE(message.mark_read()); }), 1U);
    EXPECT_EQ(message.read_at, given.now);
    EXPECT_EQ(set().get(message.id)->level, 99);
    given.now += 1h;
    EXPECT_FALSE(message.mark_read());
    EXPECT_EQ(set().get(message.id)->read_at, given.now - 1h);
}

TEST_F(StoredMessage, ComesNotBackWhenItIsMarkedAfterItsDeletion) {
    some_messages();
    Message message = by_id()[0];
    Message same = by_id()[0];
    EXPECT_TRUE(same.remove());
    EXPECT_FALSE(message.mark_read());
    EXPECT_FALSE(message.read_at);
    EXPECT_FALSE(message.remove());
    EXPECT_THAT(ids(), ElementsAre("2", "3", "4", "5", "6"));
    EXPECT_EQ(count("drf_messages_messagetag"), 5);
}

TEST_F(StoredMessage, KnowsItsLevelsTag) {
    settings.level_tags = {{40, "danger"}};
    some_messages();
    const Message message = by_id()[2];
    EXPECT_EQ(message.level_tag(), "danger");
    EXPECT_EQ(by_id()[0].level_tag(), "");
    const DjangoMessage shown = message.get_django_message();
    EXPECT_EQ(shown, (DjangoMessage{40, "three", "b"}));
    EXPECT_EQ(shown.tags(), "b danger");
}

TEST_F(StoredMessage, ThatNoQuerySetReturnedChangesNothing) {
    Message message;
    message.id = MessageId{1};
    EXPECT_THROW(message.mark_read(), std::logic_error);
    EXPECT_THROW(message.remove(), std::logic_error);
    EXPECT_THROW(message.add_tag("x"), std::logic_error);
    EXPECT_THROW(message.tags(), std::logic_error);
    EXPECT_THROW(message.level_tag(), std::logic_error);
    EXPECT_THROW(message.get_django_message(), std::logic_error);
}

TEST_F(StoredMessage, IsReturnedByTheManagerThatLeftIt) {
    MessageManager manager(database);
    Message message = manager.create_user_message(ann, "hello", level::SUCCESS, {"a", "b"});
    EXPECT_EQ(message.user, ann);
    EXPECT_EQ(message.created, given.now);
    EXPECT_FALSE(message.session_key);
    EXPECT_THAT(message.extra_tags, ElementsAre("a", "b"));
    EXPECT_TRUE(message.mark_read());
    EXPECT_TRUE(set().first()->read_at);
    EXPECT_THAT(
        manager.create_user_message(ann, "hi", 20, "one tag").extra_tags, ElementsAre("one tag")
    );
    EXPECT_THAT(manager.create_user_message(ann, "", 0, "").extra_tags, IsEmpty());
    EXPECT_THROW(manager.create_user_message(ann, std::string(1025, 'x'), 20), Refused);
    try {
        manager.create_user_message(UserId{std::int64_t{99}}, "hi", 20);
        ADD_FAILURE();
    } catch (const Refused& refusal) {
        EXPECT_EQ(refusal.code(), errc::not_found);
    }
    EXPECT_EQ(manager.all().count(), 3);
}

} // namespace
} // namespace drf_messages
