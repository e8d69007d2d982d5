// SPDX-License-Identifier: MIT
#include "recorded.hpp"
#include "schema/migrations.hpp"
#include "sql/transaction.hpp"
#include "support/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace {

using drf_messages::schema::inspect;
using drf_messages::schema::missing_tables;
using drf_messages::schema::State;
using drf_messages::test::migrate_all;
using drf_messages::test::run;

class Inspect : public testing::Test {
protected:
    drf_messages::test::TempFolder folder;
    drf_messages::sql::ConnectionFactory open =
        drf_messages::sql::sqlite_connections(drf_messages::test::sqlite_file(folder / "db", true));
    std::unique_ptr<drf_messages::sql::Connection> connection = open();
};

TEST_F(Inspect, FindsAnEmptyDatabase) {
    EXPECT_EQ(inspect(*connection), State::empty);
}

TEST_F(Inspect, FindsTheDatabaseOfAnotherApplication) {
    connection->run_script({"create", "CREATE TABLE songs (id integer)"});
    EXPECT_EQ(inspect(*connection), State::foreign);
}

TEST_F(Inspect, FindsADjangoSiteWithoutMessages) {
    migrate_all(open, "sessions");
    EXPECT_EQ(inspect(*connection), State::needs_migration);
}

TEST_F(Inspect, FindsASiteOfRelease110) {
    migrate_all(open);
    run(*connection, "DELETE FROM django_migrations WHERE name = '0002_message_session_key'");
    EXPECT_EQ(inspect(*connection), State::needs_migration);
}

TEST_F(Inspect, FindsAReadyDatabase) {
    migrate_all(open);
    EXPECT_EQ(inspect(*connection), State::ready);
}

TEST_F(Inspect, TakesADjangoSiteAsItIs) {
    migrate_all(open, "drf_messages");
    run(*connection,
        "INSERT INTO django_migrations (app, name, applied) "
        "VALUES ('admin', '0001_initial', '2024-01-01 00:00:00')");
    EXPECT_EQ(inspect(*connection), State::ready);
}

TEST_F(Inspect, FindsADatabaseOfANewerRelease) {
    migrate_all(open);
    run(*connection,
        "INSERT INTO django_migrations (app, name, applied) "
        "VALUES ('drf_messages', '0003_from_the_future', '2030-01-01 00:00:00')");
    EXPECT_EQ(inspect(*connection), State::newer);
}

TEST_F(Inspect, TakesANewerReleaseThatKeepsWhatThisOneUses) {
    migrate_all(open);
    const std::string newest(drf_messages::schema::all_migrations().back().name.substr(0, 4));
    const auto state_with = [&](const std::string& app, const std::string& name) {
        drf_messages::sql::ScopedTransaction undone(*connection);
        run(*connection,
            "INSERT INTO django_migrations (app, name, applied) VALUES ('" + app + "', '" + name +
                "', '2030-01-01 00:00:00')");
        return inspect(*connection);
    };
    EXPECT_EQ(state_with("drf_messages_server", "0099_archive_keeps_0001"), State::ready);
    EXPECT_EQ(state_with("drf_messages_server", "0099_archive_keeps_" + newest), State::ready);
    EXPECT_EQ(state_with("drf_messages_server", "0099_archive_keeps_0098"), State::newer);
    EXPECT_EQ(state_with("drf_messages_server", "0099_archive"), State::newer);
    EXPECT_EQ(state_with("drf_messages", "0099_archive_keeps_0001"), State::newer);
}

TEST_F(Inspect, NamesTheTablesThatAreRecordedAndNotThere) {
    migrate_all(open);
    EXPECT_THAT(missing_tables(*connection), testing::IsEmpty());
    connection->run_script(
        {"drop", "DROP TABLE drf_messages_messagetag; DROP TABLE authtoken_token"}
    );
    EXPECT_THAT(
        missing_tables(*connection),
        testing::ElementsAre("authtoken_token", "drf_messages_messagetag")
    );
    EXPECT_THAT(
        missing_tables(*connection, "site_user"),
        testing::ElementsAre("site_user", "authtoken_token", "drf_messages_messagetag")
    );
}

TEST_F(Inspect, DoesNotMissATableThatIsNotMigratedYet) {
    migrate_all(open, "drf_messages");
    EXPECT_THAT(missing_tables(*connection), testing::IsEmpty());
}

} // namespace
