// SPDX-License-Identifier: MIT
#include "recorded.hpp"
#include "schema/migrations.hpp"
#include "schema/owner.hpp"
#include "support/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using drf_messages::schema::is_made_by_us_alone;
using drf_messages::schema::Owner;
using drf_messages::schema::owner_of;
using drf_messages::schema::pending_migrations;
using drf_messages::test::a_monday_morning;
using drf_messages::test::migrate_all;
using drf_messages::test::run;
using testing::ElementsAre;
using testing::IsEmpty;

class OwnerOfADatabase : public testing::Test {
protected:
    void record(std::string_view app, std::string_view name) {
        run(*connection,
            "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)",
            {app, name, a_monday_morning});
    }

    /// What a version without the mark left behind, or Django.
    void forget_mark() {
        run(*connection, "DELETE FROM django_migrations WHERE app = 'drf_messages_database'");
    }

    /// A Django site with these apps, in the order in which Django 3.2 records them.
    void given_a_site(const std::vector<std::string>& apps) {
        migrate_all(open);
        run(*connection, "DELETE FROM django_migrations");
        connection->run_script({"drop", "DROP TABLE authtoken_token"});
        for (const std::string& app : apps) {
            for (const auto& migration : drf_messages::schema::all_migrations()) {
                if (migration.app == app) {
                    record(migration.app, migration.name);
                }
            }
            if (app == "shop") {
                record("shop", "0001_initial");
            }
        }
    }

    std::vector<std::string> pending(std::string_view app = {}) {
        std::vector<std::string> names;
        for (const auto* migration : pending_migrations(*connection, app)) {
            names.push_back(std::string(migration->app) + "." + std::string(migration->name));
        }
        return names;
    }

    drf_messages::test::TempFolder folder;
    drf_messages::sql::ConnectionFactory open =
        drf_messages::sql::sqlite_connections(drf_messages::test::sqlite_file(folder / "db", true));
    std::unique_ptr<drf_messages::sql::Connection> connection = open();
};

TEST_F(OwnerOfADatabase, IsNobodyUntilMigrateMakesItOurs) {
    EXPECT_EQ(owner_of(*connection), Owner::nobody);
    migrate_all(open, "contenttypes");
    EXPECT_EQ(owner_of(*connection), Owner::us);
    migrate_all(open);
    EXPECT_EQ(owner_of(*connection), Owner::us);
    EXPECT_THAT(pending(), IsEmpty());
}

TEST_F(OwnerOfADatabase, IsNobodyWhereOnlyAnInterruptedMigrateWas) {
    connection->run_script(
        {"begun",
         "CREATE TABLE django_migrations (id integer PRIMARY KEY, app text, name text, applied "
         "text); CREATE TABLE drf_messages_server_progress (app text)"}
    );
    EXPECT_EQ(owner_of(*connection), Owner::nobody);
    migrate_all(open);
    EXPECT_EQ(owner_of(*connection), Owner::us);
}

TEST_F(OwnerOfADatabase, StaysUsWhateverOtherTablesItGets) {
    migrate_all(open, "drf_messages");
    connection->run_script(
        {"others", "CREATE TABLE songs (id integer); CREATE TABLE shop_item (id integer)"}
    );
    record("shop", "0001_initial");
    EXPECT_EQ(owner_of(*connection), Owner::us);
    migrate_all(open);
    EXPECT_THAT(pending(), IsEmpty());
    EXPECT_THAT(
        drf_messages::test::rows(*connection, "SELECT COUNT(*) FROM authtoken_token", 1),
        ElementsAre("0")
    );
}

TEST_F(OwnerOfADatabase, IsUsAloneUntilAnotherAppIsMigratedThere) {
    migrate_all(open);
    EXPECT_TRUE(is_made_by_us_alone(*connection));
    record("shop", "0001_initial");
    EXPECT_FALSE(is_made_by_us_alone(*connection));
    forget_mark();
    run(*connection, "DELETE FROM django_migrations WHERE app = 'shop'");
    EXPECT_FALSE(is_made_by_us_alone(*connection)) << "Django may have recorded the same";
}

TEST_F(OwnerOfADatabase, IsUsWhereAVersionWithoutTheMarkMigrated) {
    migrate_all(open);
    forget_mark();
    record("shop", "0001_initial");
    EXPECT_EQ(owner_of(*connection), Owner::us);
    // Whatever a later version adds is made there.
    run(*connection, "DELETE FROM django_migrations WHERE app = 'drf_messages_server'");
    EXPECT_EQ(owner_of(*connection), Owner::us);
    run(*connection, "DELETE FROM django_migrations WHERE name = '0002_message_session_key'");
    EXPECT_EQ(owner_of(*connection), Owner::us);
}

TEST_F(OwnerOfADatabase, IsADjangoSiteThatHasNoTokens) {
    given_a_site({"contenttypes", "auth", "sessions", "drf_messages", "shop"});
    EXPECT_EQ(owner_of(*connection), Owner::site);
    EXPECT_THAT(
        pending(),
        ElementsAre("drf_messages_server.0001_indexes", "drf_messages_server.0002_index_for_prune")
    );
    EXPECT_THAT(pending("authtoken").front(), "authtoken.0001_initial");
    migrate_all(open, "authtoken");
    EXPECT_EQ(owner_of(*connection), Owner::site);
    EXPECT_THAT(pending("authtoken"), IsEmpty());
    EXPECT_EQ(pending_migrations(*connection, {}, {.admin = true}).size(), 2U)
        << "no log that Django lacks";
    EXPECT_EQ(pending("admin").size(), 3U);
}

TEST_F(OwnerOfADatabase, IsADjangoSiteThatAVersionWithoutTheMarkHasMigrated) {
    given_a_site(
        {"contenttypes", "auth", "sessions", "drf_messages", "authtoken", "drf_messages_server"}
    );
    EXPECT_EQ(owner_of(*connection), Owner::site);
}

TEST_F(OwnerOfADatabase, IsADjangoSiteWithoutMessages) {
    given_a_site({"contenttypes", "auth", "authtoken", "sessions", "shop"});
    EXPECT_EQ(owner_of(*connection), Owner::site);
    EXPECT_TRUE(drf_messages::schema::is_site_without_messages(*connection));
    EXPECT_THAT(pending(), IsEmpty());
    EXPECT_THAT(
        pending("drf_messages"),
        ElementsAre("drf_messages.0001_initial", "drf_messages.0002_message_session_key")
    );
}

TEST_F(OwnerOfADatabase, IsADjangoSiteThatHasJustBegun) {
    migrate_all(open, "contenttypes");
    forget_mark();
    EXPECT_EQ(owner_of(*connection), Owner::site);
    run(*connection, "DELETE FROM django_migrations");
    EXPECT_EQ(owner_of(*connection), Owner::site);
}

TEST_F(OwnerOfADatabase, IsAnotherApplicationWithoutDjangosTable) {
    connection->run_script({"others", "CREATE TABLE songs (id integer)"});
    EXPECT_EQ(owner_of(*connection), Owner::another);
    connection->run_script({"ours", "CREATE TABLE drf_messages_message (id integer)"});
    EXPECT_EQ(owner_of(*connection), Owner::us);
}

} // namespace
