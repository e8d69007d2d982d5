// SPDX-License-Identifier: MIT
#include "messages/message_manager.hpp"
#include "support/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using messages::check_message;
using messages::MessageManager;
using test::Given;
using testing::ElementsAre;
using testing::IsEmpty;

std::string repeated(std::string_view character, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += character;
    }
    return text;
}

std::vector<std::string> stored(Given& given) {
    return test::rows(
        given.connection(),
        "SELECT user_id, session_id, session_key, view, message, level, read_at, created"
        " FROM drf_messages_message ORDER BY id",
        8
    );
}

TEST(MessageManager, LeavesAMessageInTheViewersSession) {
    Given given;
    const UserId ann = given.user("ann");
    given.session("known", "x", given.now + 24h);
    MessageManager manager(given.connection(), given.clock());
    const std::vector<std::string> tags = {"a", "", "b"};
    manager.create_message({ann, true, "known"}, "demo:index", "one", 20, tags).value();
    manager.create_message({ann, true, "elsewhere"}, "", "two", 5).value();
    manager.create_message({ann, false, {}}, "", "", 5).value();
    EXPECT_THAT(
        stored(given),
        ElementsAre(
            "1|known|known|demo:index|one|20|NULL|2024-01-01 10:00:00",
            "1|NULL|elsewhere||two|5|NULL|2024-01-01 10:00:00",
            "1|NULL|NULL|||5|NULL|2024-01-01 10:00:00"
        )
    );
    EXPECT_THAT(
        test::rows(given.connection(), "SELECT message_id, text FROM drf_messages_messagetag", 2),
        ElementsAre("1|a", "1|", "1|b")
    );
}

TEST(MessageManager, LeavesAMessageForAUserInNoSession) {
    Given given;
    const UserId ann = given.user("ann");
    MessageManager manager(given.connection(), given.clock());
    EXPECT_EQ(manager.create_user_message(ann, "hi", 30).value(), MessageId{1});
    EXPECT_THAT(stored(given), ElementsAre("1|NULL|NULL||hi|30|NULL|2024-01-01 10:00:00"));
}

TEST(MessageManager, KeepsNoSessionKeyThatTheColumnCanNotHold) {
    Given given;
    const UserId ann = given.user("ann");
    MessageManager manager(given.connection(), given.clock());
    manager.create_message({ann, true, std::string(41, 'k')}, "", "hi", 20).value();
    EXPECT_THAT(stored(given), ElementsAre("1|NULL|NULL||hi|20|NULL|2024-01-01 10:00:00"));
}

TEST(MessageManager, FindsNoUserWhoDoesNotExist) {
    Given given;
    MessageManager manager(given.connection(), given.clock());
    EXPECT_EQ(manager.create_user_message({std::int64_t{7}}, "hi", 20).error(), errc::not_found);
    EXPECT_EQ(manager.create_message({}, "", "hi", 20).error(), errc::not_found);
    // The connection is as usable as before.
    EXPECT_TRUE(manager.create_user_message(given.user("ann"), "hi", 20).has_value());
}

TEST(MessageManager, CountsCharactersNotBytes) {
    const std::vector<std::string> none;
    EXPECT_TRUE(check_message(repeated("😀", 1024), repeated("ä", 64), none).has_value());
    EXPECT_EQ(check_message(repeated("😀", 1025), "", none).error(), errc::text_too_long);
    EXPECT_EQ(check_message("x", repeated("ä", 65), none).error(), errc::view_too_long);
    const std::vector<std::string> longest = {repeated("ä", 128)};
    EXPECT_TRUE(check_message("x", "", longest).has_value());
    const std::vector<std::string> longer = {"a", repeated("ä", 129)};
    EXPECT_EQ(check_message("x", "", longer).error(), errc::tag_too_long);
}

TEST(MessageManager, RefusesWhatNoDatabaseMayStoreAndStoresNothing) {
    Given given;
    const UserId ann = given.user("ann");
    MessageManager manager(given.connection(), given.clock());
    const std::vector<std::string> bad_tag = {"fine", "\xff"};
    EXPECT_EQ(manager.create_user_message(ann, "x", 20, bad_tag).error(), errc::invalid_utf8);
    const std::vector<std::string> nul_tag = {std::string("a\0b", 3)};
    EXPECT_EQ(manager.create_user_message(ann, "x", 20, nul_tag).error(), errc::contains_nul);
    EXPECT_EQ(manager.create_user_message(ann, "\xed\xa0\x80", 20).error(), errc::invalid_utf8);
    EXPECT_EQ(
        manager.create_user_message(ann, std::string_view("\0", 1), 20).error(), errc::contains_nul
    );
    EXPECT_EQ(
        manager.create_user_message(ann, repeated("x", 1025), 20).error(), errc::text_too_long
    );
    EXPECT_THAT(stored(given), IsEmpty());
    EXPECT_THAT(
        test::rows(given.connection(), "SELECT id FROM drf_messages_messagetag", 1), IsEmpty()
    );
}

TEST(MessageManager, StoresAMessageWithItsTagsOrNothing) {
    Given given;
    const UserId ann = given.user("ann");
    auto& connection = given.connection();
    given.message(given.user("bob"), "theirs").tag("no");
    test::run(connection, "CREATE UNIQUE INDEX refuse ON drf_messages_messagetag (text)");
    MessageManager manager(connection, given.clock());
    const std::vector<std::string> tags = {"yes", "no"};
    EXPECT_TRUE([&] {
        try {
            return manager.create_user_message(ann, "hi", 20, tags).has_error();
        } catch (const std::exception&) {
            return true;
        }
    }());
    EXPECT_EQ(test::number(connection, "SELECT COUNT(*) FROM drf_messages_message"), 1);
    EXPECT_EQ(test::number(connection, "SELECT COUNT(*) FROM drf_messages_messagetag"), 1);
    const bool mariadb = connection.dialect() == sql::Dialect::mariadb;
    test::run(
        connection, mariadb ? "DROP INDEX refuse ON drf_messages_messagetag" : "DROP INDEX refuse"
    );
}

} // namespace
} // namespace drf_messages
