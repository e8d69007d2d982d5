// SPDX-License-Identifier: MIT
#include "query_set_test.hpp"

#include <drf_messages/message_query_set.hpp>

#include <gmock/gmock.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;

class QuerySet : public test::QuerySetTest {};

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
    EXPECT_EQ(filtered(!(!(begins && ends))), "one two");
    EXPECT_EQ(filtered(begins && ends && !(!(field::extra_tags == "b"))), "");
    EXPECT_EQ(filtered(field::extra_tags == "a" && !(!(field::extra_tags == "b"))), "one");
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

} // namespace
} // namespace drf_messages
