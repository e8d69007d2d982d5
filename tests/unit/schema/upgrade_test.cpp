// SPDX-License-Identifier: MIT
#include "recorded.hpp"
#include "schema/migrations.hpp"
#include "support/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace {

using drf_messages::test::master_lines;
using drf_messages::test::migrate_all;
using drf_messages::test::number;
using drf_messages::test::recorded_lines;
using drf_messages::test::rows;
using drf_messages::test::run;
using drf_messages::test::sorted;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;

/// A site of release 1.1.0: its tables as Django made them, with rows.
class UpgradeFrom110 : public testing::Test {
protected:
    UpgradeFrom110() {
        migrate_all(open, "auth");
        migrate_all(open, "sessions");
        std::string script;
        for (const std::string& line : recorded_lines("schema_sqlite_drf_messages_0001.sql")) {
            script += line + "\n";
        }
        script += R"sql(
            INSERT INTO django_migrations (app, name, applied)
                VALUES ('drf_messages', '0001_initial', '2021-03-01 00:00:00');
            INSERT INTO auth_user VALUES
                (1, '!', NULL, 0, 'ann', '', '', 0, 1, '2021-01-01 00:00:00', '');
            INSERT INTO django_session VALUES ('k1', 'data', '2099-01-01 00:00:00');
            INSERT INTO drf_messages_message VALUES
                (3, 'demo:index', 'Hello', 20, NULL, '2021-03-02 00:00:00', 'k1', 1),
                (7, '', 'Größe', 30, '2021-03-03 00:00:00.5', '2021-03-02 10:00:00.000001', NULL, 1);
            INSERT INTO drf_messages_messagetag VALUES (5, 'x', 3), (6, 'y', 7);
            INSERT INTO drf_messages_message VALUES
                (20, '', 'deleted', 20, NULL, '2021-03-02 00:00:00', NULL, 1);
            DELETE FROM drf_messages_message WHERE id = 20;
        )sql";
        connection->run_script({"site of 1.1.0", script});
    }

    drf_messages::test::TempFolder folder;
    drf_messages::sql::ConnectionFactory open =
        drf_messages::sql::sqlite_connections(drf_messages::test::sqlite_file(folder / "db", true));
    std::unique_ptr<drf_messages::sql::Connection> connection = open();
};

TEST_F(UpgradeFrom110, EndsWithTheTablesOfAFreshDatabase) {
    migrate_all(open);
    EXPECT_THAT(
        master_lines(*connection), ElementsAreArray(sorted(recorded_lines("schema_sqlite.sql")))
    );
}

TEST_F(UpgradeFrom110, KeepsEveryRowAndItsId) {
    migrate_all(open);
    EXPECT_THAT(
        rows(
            *connection,
            "SELECT id, view, message, level, read_at, created, session_id, user_id, session_key "
            "FROM drf_messages_message ORDER BY id",
            9
        ),
        ElementsAre(
            "3|demo:index|Hello|20|NULL|2021-03-02 00:00:00|k1|1|NULL",
            "7||Größe|30|2021-03-03 00:00:00.5|2021-03-02 10:00:00.000001|NULL|1|NULL"
        )
    );
    EXPECT_THAT(
        rows(
            *connection, "SELECT id, text, message_id FROM drf_messages_messagetag ORDER BY id", 3
        ),
        ElementsAre("5|x|3", "6|y|7")
    );
    EXPECT_THAT(rows(*connection, "PRAGMA foreign_key_check", 1), IsEmpty());
}

TEST_F(UpgradeFrom110, NeverGivesTheIdOfADeletedMessageAgain) {
    migrate_all(open);
    run(*connection,
        "INSERT INTO drf_messages_message (view, message, level, created, user_id) "
        "VALUES ('', 'new', 20, '2024-01-01 00:00:00', 1)");
    EXPECT_EQ(number(*connection, "SELECT MAX(id) FROM drf_messages_message"), 21);
}

TEST_F(UpgradeFrom110, KeepsATagThatDanglesAlready) {
    connection->run_script(
        {"dangling tag",
         "PRAGMA foreign_keys = OFF; "
         "INSERT INTO drf_messages_messagetag VALUES (9, 'z', 99); "
         "PRAGMA foreign_keys = ON;"}
    );
    migrate_all(open);
    EXPECT_THAT(
        rows(
            *connection, "SELECT id, text, message_id FROM drf_messages_messagetag WHERE id = 9", 3
        ),
        ElementsAre("9|z|99")
    );
}

TEST(UpgradeFromDjangosFirstMigrations, EndsWithTheTablesOfAFreshDatabaseAndEveryRow) {
    const drf_messages::test::TempFolder folder;
    const auto open =
        drf_messages::sql::sqlite_connections(drf_messages::test::sqlite_file(folder / "db", true));
    const auto connection = open();
    std::string script;
    for (const std::string& line : recorded_lines("django_migrated_to_drf_messages_0001.sql")) {
        script += line + "\n";
    }
    script += R"sql(
        INSERT INTO auth_user VALUES
            (1, '!', '2020-01-01 00:00:00', 0, 'ann', 'first', 'last', 'ann@x.test', 0, 1, '2021-01-01 00:00:00');
        INSERT INTO auth_group VALUES (4, 'editors');
        INSERT INTO auth_user_groups VALUES (2, 1, 4);
        INSERT INTO drf_messages_message VALUES
            (3, '', 'Hello', 20, NULL, '2021-03-02 00:00:00', NULL, 1);
        INSERT INTO drf_messages_messagetag VALUES (5, 'x', 3);
    )sql";
    connection->run_script({"site", script});

    migrate_all(open);
    // It does not know of tokens, and so gets their table only when asked.
    EXPECT_EQ(
        number(*connection, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'authtoken_token'"), 0
    );
    migrate_all(open, "authtoken");

    EXPECT_THAT(
        master_lines(*connection), ElementsAreArray(sorted(recorded_lines("schema_sqlite.sql")))
    );
    EXPECT_THAT(
        rows(*connection, "SELECT id, username, first_name, last_name, email FROM auth_user", 5),
        ElementsAre("1|ann|first|last|ann@x.test")
    );
    EXPECT_THAT(
        rows(
            *connection,
            "SELECT u.username, g.name, m.message, t.text FROM auth_user u "
            "JOIN auth_user_groups ug ON ug.user_id = u.id JOIN auth_group g ON g.id = ug.group_id "
            "JOIN drf_messages_message m ON m.user_id = u.id "
            "JOIN drf_messages_messagetag t ON t.message_id = m.id",
            4
        ),
        ElementsAre("ann|editors|Hello|x")
    );
    EXPECT_THAT(rows(*connection, "PRAGMA foreign_key_check", 1), IsEmpty());
    EXPECT_THAT(rows(*connection, "PRAGMA foreign_keys", 1), ElementsAre("1"));
    EXPECT_EQ(number(*connection, "SELECT COUNT(*) FROM auth_permission"), 36);
}

} // namespace
