// SPDX-License-Identifier: MIT
#include "store/message_store.hpp"
#include "support/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using test::Given;
using testing::ElementsAre;

/// Messages of two sessions, one of which has a row in django_session, and one of no session.
class SessionScope : public testing::Test {
protected:
    SessionScope() {
        given.session("first", "x", given.now + 24h);
        given.message(ann, "first").session("first");
        given.message(ann, "second, in a cache").session("second");
        given.message(ann, "none");
        const auto old = given.message(ann, "first, of release 1.1.0").session("first");
        test::run(
            given.connection(),
            "UPDATE drf_messages_message SET session_key = NULL WHERE id = ?",
            {old.number()}
        );
        given.message(given.user("bob"), "bob's, in ann's session").session("first");
    }

    std::vector<std::string> visible(const Viewer& viewer, bool messages_use_sessions) {
        MessageQuery query;
        query.order = {{Field::id, false}};
        const auto scope = store::message_scope(viewer, messages_use_sessions);
        std::vector<std::string> result;
        for (const Message& message :
             store::select_messages(given.connection(), scope.value(), query)) {
            result.push_back(message.message);
        }
        return result;
    }

    Given given;
    UserId ann = given.user("ann");
};

TEST_F(SessionScope, ShowsASessionItsOwnMessagesAndThoseOfNone) {
    EXPECT_THAT(
        visible({ann, true, "first"}, true), ElementsAre("first", "none", "first, of release 1.1.0")
    );
    EXPECT_THAT(visible({ann, true, "second"}, true), ElementsAre("second, in a cache", "none"));
    EXPECT_THAT(visible({ann, true, "FIRST"}, true), ElementsAre("none"));
}

TEST_F(SessionScope, ShowsASessionWithoutKeyOnlyMessagesOfNone) {
    EXPECT_THAT(visible({ann, true, {}}, true), ElementsAre("none"));
}

TEST_F(SessionScope, ShowsEverythingOfTheUserWithoutSessionMiddlewareOrSetting) {
    const auto all = ElementsAre("first", "second, in a cache", "none", "first, of release 1.1.0");
    EXPECT_THAT(visible({ann, false, {}}, true), all);
    EXPECT_THAT(visible({ann, true, "first"}, false), all);
}

TEST_F(SessionScope, DoesNotExistForAnAnonymousViewer) {
    EXPECT_FALSE(store::message_scope({{}, true, "first"}, true));
    EXPECT_FALSE(store::message_scope({{}, false, {}}, false));
}

TEST_F(SessionScope, HoldsForMarkingAndDeletingToo) {
    const auto second = store::message_scope({ann, true, "second"}, true).value();
    const std::vector<MessageId> ids = {{1}, {2}, {3}, {4}, {5}};
    EXPECT_EQ(store::mark_read(given.connection(), second, ids, given.now), 2);
    EXPECT_EQ(store::summarize_unread(given.connection(), second).count, 0);
    EXPECT_EQ(store::delete_messages(given.connection(), second, {}), 2);
    EXPECT_THAT(
        test::rows(
            given.connection(), "SELECT id, read_at FROM drf_messages_message ORDER BY id", 2
        ),
        ElementsAre("1|NULL", "4|NULL", "5|NULL")
    );
}

} // namespace
} // namespace drf_messages
