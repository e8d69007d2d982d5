// SPDX-License-Identifier: MIT
#include "messages/request_state.hpp"
#include "query_set_test.hpp"

#include <drf_messages/errors.hpp>
#include <drf_messages/message.hpp>

#include <gmock/gmock.h>

#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class StoredMessage : public test::QuerySetTest {};

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

TEST_F(StoredMessage, EndsWithTheRequestThatItWasReadIn) {
    some_messages();
    const auto state = std::make_shared<messages::RequestState>();
    state->database = database;
    state->viewer.user = ann;
    const MessageQuerySet all = messages::query_set_of(state);
    Message message = all.first().value();
    auto batches = all.batches(1);
    auto batch = batches.begin();
    EXPECT_EQ(message.level_tag(), "success");
    EXPECT_TRUE(message.mark_read());
    EXPECT_EQ(log.back().find("Message storage is None"), 0U);
    state->ended = true;
    EXPECT_THROW(message.mark_read(), std::logic_error);
    EXPECT_THROW(message.remove(), std::logic_error);
    EXPECT_THROW(message.add_tag("late"), std::logic_error);
    EXPECT_THROW(message.tags(), std::logic_error);
    EXPECT_THROW(message.level_tag(), std::logic_error);
    EXPECT_THROW(message.get_django_message(), std::logic_error);
    EXPECT_THROW(all.list(), std::logic_error);
    EXPECT_THROW(all.count(), std::logic_error);
    EXPECT_THROW(all.exists(), std::logic_error);
    EXPECT_THROW(all.max(field::level), std::logic_error);
    EXPECT_THROW(all.avg(field::level), std::logic_error);
    EXPECT_THROW(all.count_by(field::view), std::logic_error);
    EXPECT_THROW(all.mark_read(), std::logic_error);
    EXPECT_THROW(all.remove(), std::logic_error);
    EXPECT_THROW(++batch, std::logic_error);
    EXPECT_THROW(messages::query_set_of(state), std::logic_error);
    EXPECT_EQ(set().count(), 5);
}

TEST_F(StoredMessage, BelongsToAUserWhoseKeyIsText) {
    if (given.connection().dialect() != sql::Dialect::sqlite) {
        GTEST_SKIP() << "the tables of the other databases refer to auth_user";
    }
    given.connection().run_script(
        {"test",
         "CREATE TABLE people_person (pk char(32) NOT NULL PRIMARY KEY, password varchar(128) NOT"
         " NULL, username varchar(150) NOT NULL, is_active bool NOT NULL);"
         "INSERT INTO people_person VALUES ('0123456789abcdef0123456789abcdef', '!', 'ann', 1);"
         "DROP TABLE drf_messages_message;"
         "CREATE TABLE drf_messages_message (id integer PRIMARY KEY AUTOINCREMENT, view varchar(64)"
         " NOT NULL, message varchar(1024) NOT NULL, level integer NOT NULL, read_at datetime,"
         " created datetime NOT NULL, session_id varchar(40), user_id char(32) NOT NULL REFERENCES"
         " people_person (pk), session_key varchar(40));"}
    );
    settings.auth_user_model = "people.Person";
    const UserId person{std::string("0123456789abcdef0123456789abcdef")};
    MessageManager manager(database);
    EXPECT_EQ(manager.create_user_message(person, "hello", 20, "a").user, person);
    EXPECT_EQ(manager.all().first()->user, person);
    EXPECT_THAT(manager.all().count_by(field::user), ElementsAre(testing::Pair(person, 1)));
    EXPECT_THAT(set_of(person).count_by(field::user), ElementsAre(testing::Pair(person, 1)));
    EXPECT_EQ(manager.all().filter(field::user == person).count(), 1);
    std::size_t seen = 0;
    for (const auto& batch : manager.all().order_by(field::user.asc()).batches(1)) {
        seen += batch.size();
    }
    EXPECT_EQ(seen, 1U);
    EXPECT_TRUE(manager.all().first()->mark_read());
    EXPECT_EQ(manager.all().remove(), 1);
}

} // namespace
} // namespace drf_messages
