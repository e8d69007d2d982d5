// SPDX-License-Identifier: MIT
#include "recorded.hpp"
#include "schema/migrations.hpp"
#include "support/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using drf_messages::schema::all_migrations;
using drf_messages::schema::Migration;
using drf_messages::schema::pending_migrations;
using drf_messages::sql::Dialect;
using drf_messages::test::a_monday_morning;
using drf_messages::test::master_lines;
using drf_messages::test::migrate_all;
using drf_messages::test::number;
using drf_messages::test::recorded_lines;
using drf_messages::test::recorded_rows;
using drf_messages::test::rows;
using drf_messages::test::run;
using drf_messages::test::sorted;
using drf_messages::test::usual_migrations;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;

class Migrate : public testing::Test {
protected:
    drf_messages::test::TempFolder folder;
    drf_messages::sql::ConnectionFactory open =
        drf_messages::sql::sqlite_connections(drf_messages::test::sqlite_file(folder / "db", true));
    std::unique_ptr<drf_messages::sql::Connection> connection = open();
};

TEST_F(Migrate, MakesTheVeryTablesThatDjangoMakes) {
    migrate_all(open);
    EXPECT_THAT(
        master_lines(*connection), ElementsAreArray(sorted(recorded_lines("schema_sqlite.sql")))
    );
}

TEST_F(Migrate, RecordsTheMigrationsThatDjangoRecordsBetweenItsMarkAndOurs) {
    migrate_all(open);
    std::vector<std::string> expected{"drf_messages_database|made_by_migrate"};
    for (const std::string& row : recorded_rows("django_migrations")) {
        expected.push_back(row);
    }
    expected.push_back("drf_messages_server|0001_indexes");
    expected.push_back("drf_messages_server|0002_index_for_prune");
    EXPECT_THAT(
        rows(*connection, "SELECT app, name FROM django_migrations ORDER BY id", 2),
        ElementsAreArray(expected)
    );
    EXPECT_THAT(
        rows(*connection, "SELECT DISTINCT applied FROM django_migrations", 1),
        ElementsAre("2024-01-01 10:00:00")
    );
}

TEST_F(Migrate, WritesTheContentTypesAndPermissionsThatDjangoWrites) {
    migrate_all(open);
    EXPECT_THAT(
        rows(*connection, "SELECT app_label, model FROM django_content_type ORDER BY id", 2),
        ElementsAreArray(recorded_rows("django_content_type"))
    );
    EXPECT_THAT(
        rows(
            *connection,
            "SELECT app_label, model, codename, name FROM auth_permission "
            "JOIN django_content_type c ON c.id = content_type_id ORDER BY auth_permission.id",
            4
        ),
        ElementsAreArray(recorded_rows("auth_permission"))
    );
}

TEST_F(Migrate, AddsIndexesOfItsOwnThatPeekAndListUse) {
    migrate_all(open);
    EXPECT_THAT(
        rows(
            *connection,
            "EXPLAIN QUERY PLAN SELECT id FROM drf_messages_message "
            "WHERE user_id = 1 AND read_at IS NULL AND level >= 20",
            4
        ),
        ElementsAre(HasSubstr("drf_messages_server_message_unread"))
    );
    EXPECT_THAT(
        rows(
            *connection,
            "EXPLAIN QUERY PLAN SELECT message FROM drf_messages_message "
            "WHERE user_id = 1 ORDER BY created DESC, id LIMIT 10",
            4
        ),
        ElementsAre(HasSubstr("drf_messages_server_message_newest"))
    );
}

TEST_F(Migrate, DoesNothingTheSecondTime) {
    migrate_all(open);
    const auto before = master_lines(*connection);
    int steps = 0;
    drf_messages::schema::migrate(
        open, [] { return a_monday_morning; }, {}, [&steps](const Migration&, bool) { ++steps; }
    );
    EXPECT_EQ(steps, 0);
    EXPECT_EQ(master_lines(*connection), before);
    EXPECT_EQ(
        number(*connection, "SELECT COUNT(*) FROM django_migrations"),
        static_cast<std::int64_t>(usual_migrations() + 1) // and the mark
    );
    EXPECT_EQ(number(*connection, "SELECT COUNT(*) FROM auth_permission"), 36);
}

TEST_F(Migrate, WritesAPermissionThatIsMissing) {
    migrate_all(open);
    run(*connection, "DELETE FROM auth_permission WHERE codename = 'view_message'");
    migrate_all(open);
    EXPECT_EQ(
        number(*connection, "SELECT COUNT(*) FROM auth_permission WHERE codename = 'view_message'"),
        1
    );
}

TEST_F(Migrate, TellsEachStepBeforeAndAfter) {
    std::vector<std::string> told;
    drf_messages::schema::migrate(
        open,
        [] { return a_monday_morning; },
        "sessions",
        [&told](const Migration& migration, bool done) {
            told.push_back(
                std::string(migration.app) + "." + std::string(migration.name) +
                (done ? " done" : "")
            );
        }
    );
    EXPECT_THAT(told, ElementsAre("sessions.0001_initial", "sessions.0001_initial done"));
}

TEST_F(Migrate, MakesTheLogOfTheAdminAsDjangoDoesWhereItIsWanted) {
    migrate_all(open);
    const auto before = master_lines(*connection);
    const auto clock = [] { return a_monday_morning; };
    drf_messages::schema::migrate(open, clock, {}, {}, {.admin = true});
    auto expected = recorded_lines("schema_sqlite_admin.sql");
    expected.insert(expected.end(), before.begin(), before.end());
    EXPECT_THAT(master_lines(*connection), ElementsAreArray(sorted(expected)));
    EXPECT_THAT(
        rows(*connection, "SELECT app, name FROM django_migrations WHERE app = 'admin'", 2),
        ElementsAre(
            "admin|0001_initial",
            "admin|0002_logentry_remove_auto_add",
            "admin|0003_logentry_add_action_flag_choices"
        )
    );
    EXPECT_THAT(
        rows(
            *connection,
            "SELECT model, codename, name FROM auth_permission JOIN django_content_type c "
            "ON c.id = content_type_id WHERE app_label = 'admin' ORDER BY auth_permission.id",
            3
        ),
        ElementsAre(
            "logentry|add_logentry|Can add log entry",
            "logentry|change_logentry|Can change log entry",
            "logentry|delete_logentry|Can delete log entry",
            "logentry|view_logentry|Can view log entry"
        )
    );
    EXPECT_THAT(pending_migrations(*connection, {}, {.admin = true}), IsEmpty());
}

TEST_F(Migrate, MakesTheLogOfTheAdminByName) {
    EXPECT_EQ(pending_migrations(*connection).size(), usual_migrations());
    EXPECT_EQ(pending_migrations(*connection, {}, {.admin = true}).size(), all_migrations().size());
    migrate_all(open, "admin");
    EXPECT_THAT(
        rows(*connection, "SELECT DISTINCT app FROM django_migrations ORDER BY app", 1),
        ElementsAre("admin", "auth", "contenttypes", "drf_messages_database")
    );
}

TEST_F(Migrate, OfOneAppRunsWhatTheAppDependsOn) {
    migrate_all(open, "auth");
    EXPECT_THAT(
        rows(*connection, "SELECT DISTINCT app FROM django_migrations ORDER BY app", 1),
        ElementsAre("auth", "contenttypes", "drf_messages_database")
    );
    EXPECT_THAT(pending_migrations(*connection, "auth"), IsEmpty());
    EXPECT_EQ(
        number(
            *connection, "SELECT COUNT(*) FROM django_content_type WHERE app_label = 'sessions'"
        ),
        0
    );
    migrate_all(open, "drf_messages");
    EXPECT_THAT(
        rows(*connection, "SELECT DISTINCT app FROM django_migrations ORDER BY app", 1),
        ElementsAre("auth", "contenttypes", "drf_messages", "drf_messages_database", "sessions")
    );
    EXPECT_EQ(pending_migrations(*connection).size(), 5u);
}

TEST_F(Migrate, RefusesAnAppThatItDoesNotKnow) {
    EXPECT_THROW(migrate_all(open, "polls"), std::invalid_argument);
    EXPECT_THAT(master_lines(*connection), IsEmpty());
}

TEST_F(Migrate, LooksWithoutWriting) {
    EXPECT_EQ(pending_migrations(*connection).size(), usual_migrations());
    EXPECT_THAT(master_lines(*connection), IsEmpty());
}

TEST_F(Migrate, UndoesTheStepThatFailedAndGoesOnFromThere) {
    const auto fail_at_sessions = [](const Migration& migration, bool) {
        if (migration.app == "sessions") {
            throw std::runtime_error("stopped");
        }
    };
    EXPECT_THROW(
        drf_messages::schema::migrate(
            open, [] { return a_monday_morning; }, {}, fail_at_sessions
        ),
        std::runtime_error
    );
    EXPECT_EQ(number(*connection, "SELECT COUNT(*) FROM django_migrations"), 18);
    migrate_all(open);
    EXPECT_THAT(pending_migrations(*connection), IsEmpty());
}

TEST_F(Migrate, RunsOnceWhenManyServersStartAtTheSameTime) {
    std::atomic<int> steps = 0;
    std::atomic<int> failures = 0;
    {
        std::vector<std::jthread> servers;
        for (int server = 0; server < 4; ++server) {
            servers.emplace_back([&] {
                try {
                    drf_messages::schema::migrate(
                        drf_messages::sql::sqlite_connections(
                            drf_messages::test::sqlite_file(folder / "db", true)
                        ),
                        [] { return a_monday_morning; },
                        {},
                        [&steps](const Migration&, bool done) { steps += done ? 1 : 0; }
                    );
                } catch (const std::exception&) {
                    ++failures;
                }
            });
        }
    }
    EXPECT_EQ(failures, 0);
    EXPECT_EQ(steps, static_cast<int>(usual_migrations()));
    EXPECT_EQ(number(*connection, "SELECT COUNT(*) FROM auth_permission"), 36);
}

/// Every name that `pattern` captures in the recording and that no migration mentions.
std::vector<std::string>
names_not_made(const std::string& file, Dialect dialect, const char* pattern) {
    std::string made;
    for (const Migration& migration : all_migrations()) {
        made += migration.sql(dialect);
    }
    const std::regex name(pattern);
    std::vector<std::string> missing;
    for (const std::string& line : recorded_lines(file)) {
        for (std::sregex_iterator found(line.begin(), line.end(), name), end; found != end;
             ++found) {
            if (made.find((*found)[1].str()) == std::string::npos) {
                missing.push_back((*found)[1]);
            }
        }
    }
    return missing;
}

TEST(MigrationTexts, NameTheConstraintsAndIndexesOfPostgresqlAsDjangoDoes) {
    EXPECT_THAT(
        names_not_made(
            "schema_postgresql.sql",
            Dialect::postgresql,
            "(?:CONSTRAINT|CREATE INDEX) (?!django_migrations_pkey)(\\w+)"
        ),
        IsEmpty()
    );
}

TEST(MigrationTexts, NameTheConstraintsAndKeysOfMariadbAsDjangoDoes) {
    EXPECT_THAT(
        names_not_made("schema_mariadb.sql", Dialect::mariadb, "(?:CONSTRAINT|KEY) (`\\w+`)"),
        IsEmpty()
    );
}

} // namespace
