// SPDX-License-Identifier: MIT
#include "store/user_store.hpp"
#include "support/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drf_messages {
namespace {

using test::Given;
using testing::ElementsAre;
using testing::IsEmpty;

const store::UserStore users;

TEST(UserStore, FindsAUserByIdNameAndToken) {
    Given given;
    const UserId ann = given.user("ann").email("ann@example.com").password("pbkdf2$x").staff();
    const UserId bob = given.user("bob").inactive().superuser();
    const std::string key = given.token(ann);
    auto& connection = given.connection();

    const auto by_id = users.select_user(connection, ann);
    ASSERT_TRUE(by_id);
    EXPECT_EQ(by_id->id, ann);
    EXPECT_EQ(by_id->username, "ann");
    EXPECT_EQ(by_id->email, "ann@example.com");
    EXPECT_EQ(by_id->password, "pbkdf2$x");
    EXPECT_TRUE(by_id->is_active);
    EXPECT_TRUE(by_id->is_staff);
    EXPECT_FALSE(by_id->is_superuser);

    const auto by_name = users.select_user_by_name(connection, "bob");
    ASSERT_TRUE(by_name);
    EXPECT_EQ(by_name->id, bob);
    EXPECT_FALSE(by_name->is_active);
    EXPECT_TRUE(by_name->is_superuser);
    // As the collation has it, for Django too.
    const bool ignores_case = connection.dialect() == sql::Dialect::mariadb;
    EXPECT_EQ(users.select_user_by_name(connection, "Bob").has_value(), ignores_case);

    const auto before = connection.statement_count();
    const auto by_token = users.select_user_by_token(connection, key);
    EXPECT_EQ(connection.statement_count(), before + 1);
    ASSERT_TRUE(by_token);
    EXPECT_EQ(by_token->id, ann);
    EXPECT_FALSE(users.select_user_by_token(connection, key + " "));
    EXPECT_EQ(users.select_recent_passwords(connection, 1), std::vector{by_name->password});
    EXPECT_EQ(
        users.select_recent_passwords(connection, 5),
        (std::vector{by_name->password, std::string("pbkdf2$x")})
    );
    EXPECT_FALSE(users.select_user(connection, UserId{INT64_MAX}));
}

TEST(UserStore, RefusesANameThatIsTaken) {
    Given given;
    auto& connection = given.connection();
    User user;
    user.username = "ann";
    user.password = "!x";
    user.is_superuser = true;
    const UserId id = users.insert_user(connection, user, given.now).value();
    EXPECT_TRUE(users.select_user(connection, id)->is_superuser);
    EXPECT_EQ(users.insert_user(connection, user, given.now).error(), errc::already_exists);
}

TEST(UserStore, ReplacesAPasswordOnlyWhileItIsTheOneThatWasChecked) {
    Given given;
    const UserId ann = given.user("ann").password("old");
    auto& connection = given.connection();
    EXPECT_FALSE(users.replace_password(connection, ann, "older", "new"));
    EXPECT_TRUE(users.replace_password(connection, ann, "old", "new"));
    EXPECT_EQ(users.select_user(connection, ann)->password, "new");
    EXPECT_TRUE(users.update_password(connection, ann, "newest"));
    EXPECT_EQ(users.select_user(connection, ann)->password, "newest");
    EXPECT_FALSE(users.update_password(connection, UserId{std::int64_t{99}}, "x"));
}

TEST(UserStore, GivesAUserOneToken) {
    Given given;
    const UserId ann = given.user("ann");
    auto& connection = given.connection();
    EXPECT_EQ(users.get_or_insert_token(connection, ann, "first", given.now), "first");
    EXPECT_EQ(users.get_or_insert_token(connection, ann, "second", given.now), "first");
    users.delete_token(connection, ann);
    EXPECT_EQ(users.get_or_insert_token(connection, ann, "second", given.now), "second");
}

TEST(UserStore, CollectsPermissionsOfTheUserAndOfTheUsersGroups) {
    Given given;
    const UserId ann = given.user("ann").permission("drf_messages.view_message");
    const UserId bob = given.user("bob").permission("auth.add_user");
    auto& connection = given.connection();
    test::run(connection, "INSERT INTO auth_group (id, name) VALUES (5, 'staff')");
    test::run(
        connection,
        "INSERT INTO auth_group_permissions (group_id, permission_id) SELECT 5, id"
        " FROM auth_permission WHERE codename IN ('delete_message', 'view_message')"
    );
    test::run(connection, "INSERT INTO auth_user_groups (user_id, group_id) VALUES (1, 5)");
    EXPECT_THAT(
        users.select_permissions(connection, ann),
        ElementsAre("drf_messages.delete_message", "drf_messages.view_message")
    );
    EXPECT_THAT(users.select_permissions(connection, bob), ElementsAre("auth.add_user"));
}

TEST(UserStore, DeletesAUserWithAllThatBelongsToIt) {
    Given given;
    const UserId ann = given.user("ann").permission("auth.add_user");
    const UserId bob = given.user("bob");
    given.token(ann);
    given.message(ann, "hers").tag("a");
    given.message(bob, "his").tag("b");
    auto& connection = given.connection();
    test::run(connection, "INSERT INTO auth_group (id, name) VALUES (5, 'staff')");
    test::run(connection, "INSERT INTO auth_user_groups (user_id, group_id) VALUES (1, 5)");

    users.delete_user(connection, ann);

    EXPECT_THAT(test::rows(connection, "SELECT username FROM auth_user", 1), ElementsAre("bob"));
    EXPECT_THAT(
        test::rows(connection, "SELECT message FROM drf_messages_message", 1), ElementsAre("his")
    );
    EXPECT_THAT(
        test::rows(connection, "SELECT text FROM drf_messages_messagetag", 1), ElementsAre("b")
    );
    for (const char* table :
         {"authtoken_token", "auth_user_groups", "auth_user_user_permissions"}) {
        EXPECT_THAT(test::rows(connection, std::string("SELECT * FROM ") + table, 1), IsEmpty());
    }
}

} // namespace
} // namespace drf_messages
