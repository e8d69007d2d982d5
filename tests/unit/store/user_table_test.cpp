// SPDX-License-Identifier: MIT
#include "store/user_store.hpp"
#include "support/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace drf_messages {
namespace {

using store::KeyKind;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* dashed = "0fbc16d5-7ca8-4a08-b0a8-8e0f6f1f5a01";
constexpr const char* hex = "0fbc16d57ca84a08b0a88e0f6f1f5a01";

class UserTable : public testing::Test {
protected:
    UserTable() { settings.auth_user_model = "people.Person"; }

    /// A table as Django makes it.
    /// - key: "uuid" or a type of SQL.
    void create(const std::string& name, std::string key, const std::string& columns) {
        const auto dialect = given.connection().dialect();
        if (key == "uuid" && dialect != sql::Dialect::postgresql) {
            key = "char(32)";
        }
        const std::string quote = dialect == sql::Dialect::mariadb ? "`" : "\"";
        given.connection().run_script(
            {"test",
             "CREATE TABLE " + quote + name + quote + " (pk " + key +
                 " NOT NULL PRIMARY KEY, password varchar(128) NOT NULL, " + columns + ")"}
        );
    }

    void insert(const std::string& text, std::initializer_list<sql::Value> values) {
        test::run(given.connection(), text, values);
    }

    store::UserStore find() { return store::find_user_store(given.connection(), settings); }

    std::string problem() {
        try {
            find();
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        return {};
    }

    test::Given given;
    Settings settings;
};

TEST_F(UserTable, OfAuthUserNeedsNoLookingUp) {
    settings.auth_user_model = "auth.User";
    const auto before = given.connection().statement_count();
    EXPECT_EQ(find().table().name, "auth_user");
    EXPECT_EQ(given.connection().statement_count(), before);
}

TEST_F(UserTable, OfAuthUserIsFoundInTheCatalogueAsItIsKnown) {
    settings.auth_user_model = "auth.user";
    const auto found = find();
    const store::UserTable known;
    EXPECT_EQ(found.table().name, known.name);
    EXPECT_EQ(found.table().reference, known.reference);
    EXPECT_EQ(found.table().primary_key, known.primary_key);
    EXPECT_EQ(found.table().key_kind, known.key_kind);
    EXPECT_EQ(found.table().is_superuser, known.is_superuser);
    EXPECT_EQ(found.table().last_login, known.last_login);
    EXPECT_TRUE(found.table().has_permissions);
    const auto ann = given.user("ann").email("a@example.com").staff();
    EXPECT_EQ(found.select_user(given.connection(), ann.id())->email, "a@example.com");
}

TEST_F(UserTable, MayHaveAUuidAsItsKey) {
    create("people_person", "uuid", "email varchar(254) NOT NULL, is_active boolean NOT NULL");
    settings.auth_user.username_field = "email";
    const auto users = find();
    const bool native = given.connection().dialect() == sql::Dialect::postgresql;
    EXPECT_EQ(users.table().key_kind, native ? KeyKind::uuid : KeyKind::uuid_hex);
    EXPECT_EQ(users.table().reference, "person_id");
    EXPECT_FALSE(users.table().has_permissions);

    insert(
        "INSERT INTO people_person (pk, password, email, is_active) VALUES (?, ?, ?, ?)",
        {std::string_view(native ? dashed : hex),
         std::string_view("!"),
         std::string_view("a@b"),
         true}
    );
    const auto id = users.table().parse_key(dashed);
    ASSERT_TRUE(id);
    const auto user = users.select_user(given.connection(), *id);
    ASSERT_TRUE(user);
    EXPECT_EQ(user->id, *id);
    EXPECT_EQ(user->username, "a@b");
    EXPECT_EQ(user->email, "a@b");
    EXPECT_TRUE(user->is_active);
    EXPECT_FALSE(user->is_staff);
    EXPECT_FALSE(user->is_superuser);
    EXPECT_EQ(users.table().key_text(user->id), dashed);
    EXPECT_EQ(users.select_user_by_name(given.connection(), "a@b")->id, *id);
    EXPECT_TRUE(users.update_password(given.connection(), *id, "new"));
    EXPECT_TRUE(users.replace_password(given.connection(), *id, "new", "newer"));
    users.update_last_login(given.connection(), *id, given.now);
    EXPECT_TRUE(users.select_permissions(given.connection(), *id).empty());
}

TEST_F(UserTable, MayHaveTextAsItsKeyAndAReservedWordAsItsName) {
    create("order", "varchar(40)", "login varchar(40) NOT NULL, is_admin boolean NOT NULL");
    settings.auth_user.db_table = "order";
    settings.auth_user.username_field = "login";
    settings.auth_user.is_staff = "is_admin";
    settings.auth_user.is_superuser = "is_admin";
    const auto users = find();
    EXPECT_EQ(users.table().key_kind, KeyKind::text);
    const char quote = given.connection().dialect() == sql::Dialect::mariadb ? '`' : '"';
    insert(
        std::string("INSERT INTO ") + quote + "order" + quote +
            " (pk, password, login, is_admin) VALUES (?, ?, ?, ?)",
        {std::string_view("a-1"), std::string_view("!"), std::string_view("ann"), true}
    );
    const auto user = users.select_user(given.connection(), UserId{std::string("a-1")});
    ASSERT_TRUE(user);
    EXPECT_TRUE(user->is_active) << "a model without the field";
    EXPECT_TRUE(user->is_staff);
    EXPECT_TRUE(user->is_superuser);
    EXPECT_EQ(user->email, "");
    EXPECT_EQ(users.table().key_text(user->id), "a-1");
    EXPECT_EQ(users.select_user_by_name(given.connection(), "ann")->id, user->id);
}

TEST_F(UserTable, MayHaveTokensAndPermissions) {
    create("people_person", "bigint", "username varchar(40) NOT NULL");
    const auto key = [](std::string_view column) {
        return std::string(column) + " integer NOT NULL";
    };
    given.connection().run_script(
        {"test",
         "CREATE TABLE people_person_groups (" + key("person_id") + ", " + key("group_id") + ")"}
    );
    given.connection().run_script(
        {"test",
         "CREATE TABLE people_person_user_permissions (" + key("person_id") + ", " +
             key("permission_id") + ")"}
    );
    const auto users = find();
    EXPECT_TRUE(users.table().has_permissions);
    // The tables of tokens and messages refer to auth_user here: there is a user 1 in both.
    const auto ann = given.user("ann");
    insert(
        "INSERT INTO people_person (pk, password, username) VALUES (?, ?, ?)",
        {ann.number(), std::string_view("!"), std::string_view("person")}
    );
    insert(
        "INSERT INTO people_person_user_permissions (person_id, permission_id) "
        "SELECT ?, id FROM auth_permission WHERE codename = 'delete_message'",
        {ann.number()}
    );
    EXPECT_THAT(
        users.select_permissions(given.connection(), ann.id()),
        ElementsAre("drf_messages.delete_message")
    );
    const auto token = users.get_or_insert_token(given.connection(), ann.id(), "key", given.now);
    EXPECT_EQ(users.select_user_by_token(given.connection(), token)->username, "person");
}

TEST_F(UserTable, SaysWhatIsWrongWithIt) {
    EXPECT_THAT(problem(), HasSubstr("no table people_person; AUTH_USER.DB_TABLE"));
    settings.auth_user.db_table = "django_session";
    EXPECT_THAT(problem(), HasSubstr("no column \"password\""));
    settings.auth_user.db_table = "auth_user";
    settings.auth_user.username_field = "login";
    EXPECT_THAT(problem(), HasSubstr("no column \"login\"; AUTH_USER.USERNAME_FIELD"));
    settings.auth_user.username_field = "username";
    settings.auth_user.primary_key = "number";
    EXPECT_THAT(problem(), HasSubstr("no column \"number\"; AUTH_USER.PRIMARY_KEY"));
    settings.auth_user.primary_key = "last_login";
    EXPECT_THAT(problem(), HasSubstr("neither an integer, a UUID nor text"));
    settings.auth_user_model = "Person";
    EXPECT_THAT(problem(), HasSubstr("an app and a model"));
}

TEST(UserKey, IsReadInEverySpellingThatPythonTakes) {
    store::UserTable table;
    table.key_kind = KeyKind::uuid_hex;
    for (const char* spelling :
         {dashed,
          hex,
          "0FBC16D57CA84A08B0A88E0F6F1F5A01",
          "{0fbc16d5-7ca8-4a08-b0a8-8e0f6f1f5a01}",
          "urn:uuid:0fbc16d5-7ca8-4a08-b0a8-8e0f6f1f5a01"}) {
        ASSERT_TRUE(table.parse_key(spelling)) << spelling;
        EXPECT_EQ(*table.parse_key(spelling), UserId{std::string(hex)}) << spelling;
    }
    for (const char* wrong :
         {"",
          "1",
          "0fbc16d57ca84a08b0a88e0f6f1f5a0",
          "0fbc16d57ca84a08b0a88e0f6f1f5a0g",
          "0fbc16d57ca84a08b0a88e0f6f1f5a011",
          "{}"}) {
        EXPECT_FALSE(table.parse_key(wrong)) << wrong;
    }
    table.key_kind = KeyKind::uuid;
    EXPECT_EQ(table.parse_key(hex), UserId{std::string(dashed)});
    table.key_kind = KeyKind::integer;
    EXPECT_EQ(table.parse_key("12"), UserId{std::int64_t{12}});
    EXPECT_FALSE(table.parse_key("12x"));
    EXPECT_EQ(table.key_text(UserId{std::int64_t{-3}}), "-3");
}

} // namespace
} // namespace drf_messages
