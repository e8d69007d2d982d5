// SPDX-License-Identifier: MIT
#include "store/admin_list.hpp"
#include "support/database.hpp"
#include "support/without_created_index.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using store::Newest;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

Condition compare(Field field, Lookup lookup, FieldValue value) {
    return Condition::compare(field, lookup, std::move(value));
}

/// Five messages, a second after each other, by two users.
class AdminList : public testing::Test {
protected:
    AdminList() {
        for (int i = 0; i < 5; ++i) {
            given.now += 1s;
            ids.push_back(given.message(i % 2 == 0 ? ann : bob, "text " + std::to_string(i))
                              .level(i < 2 ? 40 : 20)
                              .view(i == 3 ? "shop:cart" : "demo:index")
                              .number());
        }
        query.limit = 100;
        query.order = {{Field::created, true}, {Field::id, true}};
    }

    /// Which of the messages are found, by their places.
    std::vector<std::int64_t> found() {
        std::vector<std::int64_t> places;
        for (const MessageId id : store::select_list_ids(given.connection(), query)) {
            places.push_back(std::find(ids.begin(), ids.end(), id.value) - ids.begin());
        }
        return places;
    }

    test::Given given;
    UserId ann = given.user("ann");
    UserId bob = given.user("Bob Ann%");
    std::vector<std::int64_t> ids;
    store::AdminListQuery query;
};

TEST_F(AdminList, GoesByTheIndexOnCreatedWhereThereIsOne) {
    EXPECT_EQ(store::newest_by(given.connection()), Newest::by_created);
    const test::WithoutCreatedIndex no_index(given.connection());
    EXPECT_EQ(store::newest_by(given.connection()), Newest::by_id);
}

TEST_F(AdminList, OrdersAndLimits) {
    EXPECT_THAT(found(), ElementsAre(4, 3, 2, 1, 0));
    query.order = {{Field::view, true}, {Field::id, true}};
    query.limit = 2;
    EXPECT_THAT(found(), ElementsAre(3, 4));
    query.order = {{Field::user, false}, {Field::id, false}};
    EXPECT_THAT(found(), ElementsAre(0, 2));
}

TEST_F(AdminList, LooksThroughTheNewestOfThoseThatAnIndexFinds) {
    query.rest = compare(Field::level, Lookup::exact, std::int64_t{40});
    EXPECT_THAT(found(), ElementsAre(1, 0));
    query.window = 4;
    EXPECT_THAT(found(), ElementsAre(1));
    query.newest = Newest::by_id;
    EXPECT_THAT(found(), ElementsAre(1));
    query.served = compare(Field::created, Lookup::lt, given.now - 2s);
    query.window = 1;
    EXPECT_THAT(found(), ElementsAre(1));
    query.served = compare(Field::user, Lookup::exact, std::get<std::int64_t>(ann.value));
    query.rest = Condition::compare(Field::tag_text, Lookup::isnull, true) &&
                 compare(Field::view, Lookup::exact, "demo:index");
    query.window = 2;
    EXPECT_THAT(found(), ElementsAre(4, 2));
}

TEST_F(AdminList, SaysWhereAWindowBeginsUnlessItHoldsAll) {
    auto& database = given.connection();
    EXPECT_FALSE(store::select_window_edge(database, {}, Newest::by_created, 5));
    for (const Newest newest : {Newest::by_created, Newest::by_id}) {
        const auto edge = store::select_window_edge(database, {}, newest, 2);
        ASSERT_TRUE(edge);
        EXPECT_EQ(edge->id.value, ids[3]);
        query.rest = store::in_window(*edge);
        EXPECT_THAT(found(), ElementsAre(4, 3));
    }
    // Of two at the same moment the one with the higher id is the newer.
    ids.push_back(given.message(ann, "at the same moment").number());
    const auto edge = store::select_window_edge(database, {}, Newest::by_created, 1);
    ASSERT_TRUE(edge);
    query.rest = store::in_window(*edge);
    EXPECT_THAT(found(), ElementsAre(5));
}

TEST_F(AdminList, TestsRowsThatTheDatabaseHasFound) {
    query.tests.push_back({Field::message, [](const sql::Row& row, int column) {
                               return row.text(column) > "text 1";
                           }});
    query.tests.push_back({Field::created, [this](const sql::Row& row, int column) {
                               return row.nearest_timestamp(column) < given.now;
                           }});
    EXPECT_THAT(found(), ElementsAre(3, 2));
    query.limit = 1;
    EXPECT_THAT(found(), ElementsAre(3));
    query.window = 1;
    EXPECT_THAT(found(), IsEmpty());
    query.window.reset();
    query.tests = {{Field::read_at, [](const sql::Row&, int) { return true; }}};
    EXPECT_THAT(found(), IsEmpty()) << "null is nothing that fits";
}

TEST_F(AdminList, FindsTheValuesThatOccurAmongTheNewest) {
    auto& database = given.connection();
    given.message(ann, "tagged").view("a").level(-5).tag("one").tag("two");
    for (const Newest newest : {Newest::by_created, Newest::by_id}) {
        const auto all = store::select_list_choices(database, newest, 100, 10);
        EXPECT_THAT(all.levels, ElementsAre(-5, 20, 40));
        EXPECT_THAT(all.views, ElementsAre("a", "demo:index", "shop:cart"));
        ASSERT_EQ(all.tags.size(), 2U);
        EXPECT_EQ(all.tags[0].second, "one");
        EXPECT_THAT(all.tag_texts, IsEmpty());
        EXPECT_FALSE(all.more_views || all.more_messages);
        const auto few = store::select_list_choices(database, newest, 2, 1);
        EXPECT_THAT(few.levels, ElementsAre(-5, 20));
        EXPECT_THAT(few.views, ElementsAre("a"));
        EXPECT_THAT(few.tags, IsEmpty());
        EXPECT_THAT(few.tag_texts, ElementsAre("one"));
        EXPECT_TRUE(few.more_views && few.more_tag_texts && few.more_messages);
    }
}

TEST_F(AdminList, KnowsTheFirstAndTheLastMoment) {
    auto& database = given.connection();
    for (const Newest newest : {Newest::by_created, Newest::by_id}) {
        EXPECT_THAT(
            store::select_created_range(database, newest),
            testing::Optional(Pair(given.now - 4s, given.now))
        );
    }
    test::run(database, "DELETE FROM drf_messages_message");
    EXPECT_FALSE(store::select_created_range(database, Newest::by_created));
}

TEST_F(AdminList, FindsMessagesByTheIdsOfTags) {
    auto& database = given.connection();
    const auto tagged = given.message(ann, "tagged").tag("one").tag("two").number();
    const auto other = given.message(ann, "other").tag("three").number();
    std::vector<std::int64_t> tags;
    for (const auto& id :
         test::rows(database, "SELECT id FROM drf_messages_messagetag ORDER BY id", 1)) {
        tags.push_back(std::stoll(id));
    }
    const auto messages = [&](Lookup lookup, std::vector<std::int64_t> wanted) {
        return store::select_messages_of_tags(database, lookup, std::move(wanted), 10);
    };
    EXPECT_THAT(messages(Lookup::exact, {tags[1]}), ElementsAre(FieldValue(tagged)));
    EXPECT_THAT(messages(Lookup::exact, {tags[2] + 1}), IsEmpty());
    EXPECT_THAT(
        messages(Lookup::in, {tags[0], tags[1], tags[2]}),
        ElementsAre(FieldValue(other), FieldValue(tagged))
    );
    EXPECT_THAT(messages(Lookup::gt, {tags[1]}), ElementsAre(FieldValue(other)));
    EXPECT_THAT(
        store::select_messages_of_tags(database, Lookup::gte, {tags[0]}, 1),
        ElementsAre(FieldValue(other))
    );
}

TEST_F(AdminList, FindsUsersByAWordInTheirName) {
    const store::UserStore users({}, given.connection().dialect());
    const auto keys = [&](std::string_view word, std::size_t most = 10) {
        return store::select_users_with_name_like(given.connection(), users, word, most);
    };
    const FieldValue of_ann = std::get<std::int64_t>(ann.value);
    const FieldValue of_bob = std::get<std::int64_t>(bob.value);
    EXPECT_THAT(keys("ANN"), ElementsAre(of_ann, of_bob));
    EXPECT_THAT(keys("ann", 1), ElementsAre(of_ann));
    EXPECT_THAT(keys("n%"), ElementsAre(of_bob));
    EXPECT_THAT(keys("_"), IsEmpty());
}

} // namespace
} // namespace drf_messages
