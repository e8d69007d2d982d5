// SPDX-License-Identifier: MIT
#include "store/admin_users.hpp"
#include "store/user_store.hpp"
#include "support/database.hpp"
#include "unit/store/recording_connection.hpp"

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
using testing::Pair;
using testing::UnorderedElementsAre;

std::vector<std::string> names_of(const std::vector<store::UserName>& users) {
    std::vector<std::string> names;
    for (const auto& [key, name] : users) {
        names.push_back(name);
    }
    return names;
}

class AdminUsers : public testing::Test {
protected:
    std::vector<std::string> found(std::string_view beginning, int most = 10) {
        return names_of(store::search_users(connection, users, beginning, most));
    }

    Given given;
    sql::Connection& connection = given.connection();
    const store::UserStore users;
};

TEST_F(AdminUsers, HaveNames) {
    const UserId ann = given.user("ann");
    const UserId bob = given.user("bob");
    const std::vector<UserId> ids = {bob, ann, UserId{std::int64_t{99}}, bob};
    EXPECT_THAT(
        store::select_user_names(connection, users, ids),
        UnorderedElementsAre(Pair(ann, "ann"), Pair(bob, "bob"))
    );
    EXPECT_THAT(store::select_user_names(connection, users, {}), IsEmpty());
}

TEST_F(AdminUsers, AreFoundByTheBeginningOfTheirNames) {
    for (const char* name : {"bob", "anna", "an_a", "ann", "anä", "an%"}) {
        given.user(name);
    }
    EXPECT_THAT(found("ann"), ElementsAre("ann", "anna"));
    EXPECT_THAT(found("an", 2).size(), 2U);
    EXPECT_THAT(found("an_"), ElementsAre("an_a"));
    EXPECT_THAT(found("an%"), ElementsAre("an%"));
    EXPECT_THAT(found("anä"), testing::Contains("anä"));
    EXPECT_THAT(found("nn"), IsEmpty());
    EXPECT_EQ(found("").size(), 6U);
}

TEST_F(AdminUsers, AreFoundByAnIndex) {
    if (connection.dialect() != sql::Dialect::sqlite) {
        GTEST_SKIP() << "its plans depend on statistics";
    }
    test::RecordingConnection recording(connection);
    store::search_users(recording, users, "a", 5);
    const std::string text = "EXPLAIN QUERY PLAN " + recording.sent.at(0).text;
    std::vector<std::string> plan;
    connection.query({"plan", text}, recording.sent.at(0).values(), [&plan](const sql::Row& row) {
        plan.emplace_back(row.text(3));
    });
    EXPECT_THAT(
        plan, ElementsAre(testing::HasSubstr("USING COVERING INDEX sqlite_autoindex_auth_user_1"))
    );
}

TEST_F(AdminUsers, ComeInTheOrderOfTheirKeys) {
    const UserId cid = given.user("cid");
    const UserId ann = given.user("ann").inactive();
    const UserId bob = given.user("bob");
    EXPECT_THAT(
        store::first_users(connection, users, 2), ElementsAre(Pair(cid, "cid"), Pair(ann, "ann"))
    );
    EXPECT_THAT(
        store::next_active_users(connection, users, std::nullopt, 9), ElementsAre(cid, bob)
    );
    EXPECT_THAT(store::next_active_users(connection, users, std::nullopt, 1), ElementsAre(cid));
    EXPECT_THAT(store::next_active_users(connection, users, cid, 9), ElementsAre(bob));
    EXPECT_THAT(store::next_active_users(connection, users, bob, 9), IsEmpty());
}

TEST_F(AdminUsers, MayBeOfAnotherModel) {
    constexpr const char* dashed = "0fbc16d5-7ca8-4a08-b0a8-8e0f6f1f5a01";
    constexpr const char* hex = "0fbc16d57ca84a08b0a88e0f6f1f5a01";
    const bool postgresql = connection.dialect() == sql::Dialect::postgresql;
    connection.run_script(
        {"create",
         std::string("CREATE TABLE people_person (pk ") + (postgresql ? "uuid" : "char(32)") +
             " NOT NULL PRIMARY KEY, password varchar(128) NOT NULL, mail varchar(100) NOT NULL)"}
    );
    const UserId key{std::string(postgresql ? dashed : hex)};
    test::run(
        connection,
        "INSERT INTO people_person (pk, password, mail) VALUES (?, '!', 'ann@example.com')",
        {std::string_view(std::get<std::string>(key.value))}
    );
    Settings settings;
    settings.auth_user_model = "people.Person";
    settings.auth_user.username_field = "mail";
    const auto people = store::find_user_store(connection, settings);
    const auto ann = Pair(key, "ann@example.com");
    EXPECT_THAT(store::select_user_names(connection, people, std::vector{key}), ElementsAre(ann));
    EXPECT_THAT(store::search_users(connection, people, "ann", 5), ElementsAre(ann));
    EXPECT_THAT(store::first_users(connection, people, 5), ElementsAre(ann));
    EXPECT_THAT(store::next_active_users(connection, people, std::nullopt, 5), ElementsAre(key));
    EXPECT_THAT(store::next_active_users(connection, people, key, 5), IsEmpty());
}

} // namespace
} // namespace drf_messages
