// SPDX-License-Identifier: MIT
#include "sql/transaction.hpp"
#include "store/message_store.hpp"
#include "support/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace drf_messages {
namespace {

using test::Given;
using testing::ElementsAre;
using testing::IsEmpty;

class MessageMarks : public testing::Test {
protected:
    std::vector<std::int64_t> lock(
        const Condition& where, const std::optional<std::vector<MessageId>>& ids, bool read = true
    ) {
        std::vector<std::int64_t> found;
        for (const MessageId id :
             store::lock_messages_to_mark(given.connection(), own(), where, ids, read)) {
            found.push_back(id.value);
        }
        return found;
    }
    store::MessageScope own() {
        store::MessageScope scope;
        scope.user = ann;
        return scope;
    }
    std::vector<std::string> unread() {
        return test::rows(
            given.connection(),
            "SELECT id FROM drf_messages_message WHERE read_at IS NULL ORDER BY id",
            1
        );
    }

    /// 1 and 3 of ann's are unread, 2 is read; 4 is bob's.
    void some_messages() {
        given.message(ann, "one");
        given.message(ann, "two").read();
        given.message(ann, "three").level(40);
        given.message(given.user("bob"), "four");
    }

    Given given;
    UserId ann = given.user("ann");
};

TEST_F(MessageMarks, AreOfTheUsersMessagesThatAreOtherwise) {
    some_messages();
    EXPECT_THAT(lock({}, std::nullopt), ElementsAre(1, 3));
    EXPECT_THAT(lock({}, std::nullopt, false), ElementsAre(2));
    EXPECT_THAT(lock({}, {{{4}, {3}, {2}, {1}, {99}}}), ElementsAre(1, 3));
    EXPECT_THAT(lock({}, {{{1}, {2}, {4}}}, false), ElementsAre(2));
    EXPECT_THAT(lock({}, std::vector<MessageId>()), IsEmpty());
    const auto high = Condition::compare(Field::level, Lookup::gte, std::int64_t{30});
    EXPECT_THAT(lock(high, std::nullopt), ElementsAre(3));
    EXPECT_THAT(lock(high, {{{1}, {3}}}), ElementsAre(3));
}

TEST_F(MessageMarks, CanBeTakenBack) {
    some_messages();
    const std::vector<MessageId> ids = {{1}, {2}, {4}};
    EXPECT_EQ(store::mark_unread(given.connection(), own(), ids), 1);
    EXPECT_THAT(unread(), ElementsAre("1", "2", "3", "4"));
    EXPECT_EQ(store::mark_read(given.connection(), own(), ids, given.now), 2);
    EXPECT_EQ(store::mark_unread(given.connection(), own(), Condition()), 2);
    EXPECT_THAT(unread(), ElementsAre("1", "2", "3", "4"));
}

TEST_F(MessageMarks, DoNotWaitForAMessageThatIsNotCommitted) {
    if (given.connection().dialect() == sql::Dialect::sqlite) {
        GTEST_SKIP() << "has one writer";
    }
    some_messages();
    const auto other = given.open();
    sql::ScopedTransaction late(*other);
    store::NewMessage message;
    message.user = ann;
    message.message = "not yet";
    message.level = 20;
    message.created = given.now;
    store::insert_message(*other, message);
    if (given.connection().dialect() == sql::Dialect::postgresql) {
        const std::vector<std::string> tags = {"late"}; // its foreign key holds the message
        store::insert_tags(*other, {1}, tags);
    }
    sql::transact(given.connection(), [&] {
        EXPECT_THAT(lock({}, std::nullopt), ElementsAre(1, 3));
    });
}

} // namespace
} // namespace drf_messages
