// SPDX-License-Identifier: MIT
#include "store/session_store.hpp"
#include "support/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using test::Given;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(SessionStore, KeepsDataUntilItExpires) {
    Given given;
    auto& connection = given.connection();
    EXPECT_TRUE(store::insert_session(connection, "key", "data", given.now + 1h));
    EXPECT_FALSE(store::insert_session(connection, "key", "other", given.now + 1h));
    EXPECT_TRUE(store::session_exists(connection, "key"));
    EXPECT_FALSE(store::session_exists(connection, "KEY"));
    EXPECT_EQ(store::select_session(connection, "key", given.now), "data");
    EXPECT_EQ(store::select_session(connection, "key", given.now + 1h), std::nullopt);
    EXPECT_EQ(store::select_session(connection, "Key", given.now), std::nullopt);

    EXPECT_TRUE(store::update_session(connection, "key", "newer", given.now + 2h));
    EXPECT_EQ(store::select_session(connection, "key", given.now + 1h), "newer");
    EXPECT_FALSE(store::update_session(connection, "gone", "x", given.now));
}

TEST(SessionStore, DeletesTheMessagesOfASessionOfWhateverUserWithIt) {
    Given given;
    const UserId ann = given.user("ann");
    const UserId bob = given.user("bob");
    given.session("first", "x", given.now + 1h);
    given.session("second", "x", given.now + 1h);
    given.message(ann, "ann's").session("first").tag("a");
    given.message(bob, "bob's").session("first").tag("b");
    given.message(ann, "elsewhere").session("second").tag("c");
    given.message(ann, "of a cache").session("third");

    store::delete_session(given.connection(), "first");

    EXPECT_THAT(
        test::rows(given.connection(), "SELECT message FROM drf_messages_message ORDER BY id", 1),
        ElementsAre("elsewhere", "of a cache")
    );
    EXPECT_THAT(
        test::rows(given.connection(), "SELECT text FROM drf_messages_messagetag", 1),
        ElementsAre("c")
    );
    EXPECT_THAT(
        test::rows(given.connection(), "SELECT session_key FROM django_session", 1),
        ElementsAre("second")
    );
}

TEST(SessionStore, ClearsExpiredSessionsInBatches) {
    Given given;
    const UserId ann = given.user("ann");
    auto& connection = given.connection();
    for (const char* key : {"old 1", "old 2", "old 3"}) {
        given.session(key, "x", given.now - 1h);
        given.message(ann, key).session(key).tag("t");
    }
    given.session("just now", "x", given.now);
    given.message(ann, "kept").session("just now");

    EXPECT_EQ(store::count_expired_sessions(connection, given.now), 3);
    EXPECT_EQ(store::delete_expired_sessions(connection, given.now, 2), 2);
    EXPECT_EQ(store::delete_expired_sessions(connection, given.now, 2), 1);
    EXPECT_EQ(store::delete_expired_sessions(connection, given.now, 2), 0);
    EXPECT_THAT(
        test::rows(connection, "SELECT session_key FROM django_session", 1), ElementsAre("just now")
    );
    EXPECT_THAT(
        test::rows(connection, "SELECT message FROM drf_messages_message", 1), ElementsAre("kept")
    );
    EXPECT_THAT(test::rows(connection, "SELECT text FROM drf_messages_messagetag", 1), IsEmpty());
}

} // namespace
} // namespace drf_messages
