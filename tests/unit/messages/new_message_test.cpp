// SPDX-License-Identifier: MIT
#include "messages/check_message.hpp"
#include "messages/new_message.hpp"
#include "support/connection_access.hpp"
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
using messages::create_message;
using test::Given;
using testing::ElementsAre;
using testing::IsEmpty;

const Settings settings;

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

TEST(NewMessage, LeavesAMessageInTheViewersSession) {
    Given given;
    const UserId ann = given.user("ann");
    given.session("known", "x", given.now + 24h);
    test::ConnectionAccess database(given.connection(), settings, given.clock());
    const std::vector<std::string> tags = {"a", "", "b"};
    create_message(database, {ann, true, "known"}, "demo:index", "one", 20, tags).value();
    create_message(database, {ann, true, "elsewhere"}, "", "two", 5).value();
    create_message(database, {ann, false, {}}, "", "", 5).value();
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

TEST(NewMessage, LeavesAMessageForAUserInNoSession) {
    Given given;
    const UserId ann = given.user("ann");
    test::ConnectionAccess database(given.connection(), settings, given.clock());
    EXPECT_EQ(create_message(database, {ann, false, {}}, "", "hi", 30).value(), MessageId{1});
    EXPECT_THAT(stored(given), ElementsAre("1|NULL|NULL||hi|30|NULL|2024-01-01 10:00:00"));
}

TEST(NewMessage, KeepsNoSessionKeyThatTheColumnCanNotHold) {
    Given given;
    const UserId ann = given.user("ann");
    test::ConnectionAccess database(given.connection(), settings, given.clock());
    create_message(database, {ann, true, std::string(41, 'k')}, "", "hi", 20).value();
    EXPECT_THAT(stored(given), ElementsAre("1|NULL|NULL||hi|20|NULL|2024-01-01 10:00:00"));
}

TEST(NewMessage, FindsNoUserWhoDoesNotExist) {
    Given given;
    test::ConnectionAccess database(given.connection(), settings, given.clock());
    EXPECT_EQ(
        create_message(database, {UserId{std::int64_t{7}}, false, {}}, "", "hi", 20).error(),
        errc::not_found
    );
    EXPECT_EQ(create_message(database, {}, "", "hi", 20).error(), errc::not_found);
    // The connection is as usable as before.
    EXPECT_TRUE(
        create_message(database, {given.user("ann").id(), false, {}}, "", "hi", 20).has_value()
    );
}

TEST(NewMessage, CountsCharactersNotBytes) {
    const std::vector<std::string> none;
    EXPECT_TRUE(check_message(repeated("😀", 1024), repeated("ä", 64), none).has_value());
    EXPECT_EQ(check_message(repeated("😀", 1025), "", none).error(), errc::text_too_long);
    EXPECT_EQ(check_message("x", repeated("ä", 65), none).error(), errc::view_too_long);
    const std::vector<std::string> longest = {repeated("ä", 128)};
    EXPECT_TRUE(check_message("x", "", longest).has_value());
    const std::vector<std::string> longer = {"a", repeated("ä", 129)};
    EXPECT_EQ(check_message("x", "", longer).error(), errc::tag_too_long);
}

TEST(NewMessage, RefusesWhatNoDatabaseMayStoreAndStoresNothing) {
    Given given;
    const UserId ann = given.user("ann");
    test::ConnectionAccess database(given.connection(), settings, given.clock());
    const std::vector<std::string> bad_tag = {"fine", "\xff"};
    EXPECT_EQ(
        create_message(database, {ann, false, {}}, "", "x", 20, bad_tag).error(), errc::invalid_utf8
    );
    const std::vector<std::string> nul_tag = {std::string("a\0b", 3)};
    EXPECT_EQ(
        create_message(database, {ann, false, {}}, "", "x", 20, nul_tag).error(), errc::contains_nul
    );
    EXPECT_EQ(
        create_message(database, {ann, false, {}}, "", "\xed\xa0\x80", 20).error(),
        errc::invalid_utf8
    );
    EXPECT_EQ(
        create_message(database, {ann, false, {}}, "", std::string_view("\0", 1), 20).error(),
        errc::contains_nul
    );
    EXPECT_EQ(
        create_message(database, {ann, false, {}}, "", repeated("x", 1025), 20).error(),
        errc::text_too_long
    );
    EXPECT_THAT(stored(given), IsEmpty());
    EXPECT_THAT(
        test::rows(given.connection(), "SELECT id FROM drf_messages_messagetag", 1), IsEmpty()
    );
}

TEST(NewMessage, StoresAMessageWithItsTagsOrNothing) {
    Given given;
    const UserId ann = given.user("ann");
    auto& connection = given.connection();
    given.message(given.user("bob"), "theirs").tag("no");
    test::run(connection, "CREATE UNIQUE INDEX refuse ON drf_messages_messagetag (text)");
    test::ConnectionAccess database(connection, settings, given.clock());
    const std::vector<std::string> tags = {"yes", "no"};
    EXPECT_TRUE([&] {
        try {
            return create_message(database, {ann, false, {}}, "", "hi", 20, tags).has_error();
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
