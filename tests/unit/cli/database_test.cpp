// SPDX-License-Identifier: MIT
#include "sql/sqlite/factory.hpp"
#include "unit/cli/cli_fixture.hpp"

#include <gmock/gmock.h>

namespace drf_messages::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class DatabaseCommands : public CommandTest {
protected:
    void run_sql(const char* script) {
        sql::SqliteOptions options;
        options.path = file("db.sqlite3");
        options.create = true;
        sql::sqlite_connections(options)()->run_script({"test", script});
    }
};

TEST_F(DatabaseCommands, MigrateOnceAndThenFindNothingToDo) {
    const Outcome first = run({"migrate"});
    EXPECT_EQ(first.status, 0) << first.err;
    EXPECT_THAT(first.out, HasSubstr("  Applying drf_messages.0001_initial... OK\n"));
    EXPECT_THAT(run({"migrate"}).out, HasSubstr("  No migrations to apply.\n"));
}

TEST_F(DatabaseCommands, PlanWithoutTouchingAnything) {
    EXPECT_THAT(run({"migrate", "--plan"}).out, HasSubstr("  drf_messages.0001_initial\n"));
    EXPECT_FALSE(std::filesystem::exists(file("db.sqlite3")));
    run({"migrate"});
    EXPECT_EQ(
        run({"migrate", "--plan"}).out, "Planned operations:\n  No planned migration operations.\n"
    );
}

TEST_F(DatabaseCommands, NameTheAppsThatThereAre) {
    const Outcome migrated = run({"migrate", "polls"});
    EXPECT_EQ(migrated.status, 1);
    EXPECT_THAT(
        migrated.err, AllOf(HasSubstr("there is no app \"polls\""), HasSubstr("drf_messages"))
    );
}

TEST_F(DatabaseCommands, RefuseADatabaseThatIsMissingAndSayHowToMakeIt) {
    for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
             {"serve", "--bind", "127.0.0.1:0"},
             {"list", "ann"},
             {"send", "--to", "ann", "hi"},
             {"clearsessions"},
             {"prune", "--read"},
             {"check"},
             {"createuser", "ann", "--noinput"}}) {
        const Outcome outcome = run(command);
        EXPECT_EQ(outcome.status, 1);
        EXPECT_EQ(
            outcome.err,
            "drf-messages: database " + file("db.sqlite3") +
                " does not exist; create it with: drf-messages migrate --settings " +
                file("settings.toml") + "\n"
        ) << command.front();
        EXPECT_FALSE(std::filesystem::exists(file("db.sqlite3")));
    }
}

TEST_F(DatabaseCommands, RefuseADatabaseInMemoryThatWouldBeGoneWithThem) {
    write_settings("SECRET_KEY = \"x\"\n[DATABASES.default]\nNAME = \":memory:\"\n");
    for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
             {"migrate"},
             {"migrate", "--plan"},
             {"serve", "--bind", "127.0.0.1:0"},
             {"check"},
             {"send", "--to", "ann", "hi"}}) {
        const Outcome outcome = run(command);
        EXPECT_EQ(outcome.status, 1) << command.front();
        EXPECT_THAT(outcome.err, HasSubstr("let DATABASES.default.NAME name a file\n"));
    }
}

TEST_F(DatabaseCommands, RefuseADatabaseOfAnotherApplication) {
    run_sql("CREATE TABLE bookmarks (id INTEGER PRIMARY KEY)");
    EXPECT_THAT(
        run({"serve", "--bind", "127.0.0.1:0"}).err, HasSubstr("belongs to another application")
    );
    const Outcome migrated = run({"migrate"});
    EXPECT_EQ(migrated.status, 1);
    EXPECT_THAT(migrated.err, HasSubstr("nothing was changed"));
}

TEST_F(DatabaseCommands, RefuseADatabaseOfANewerVersion) {
    run({"migrate"});
    run_sql("INSERT INTO django_migrations (app, name, applied) VALUES ('drf_messages', "
            "'0099_future', '2030-01-01 00:00:00')");
    EXPECT_THAT(run({"check"}).err, HasSubstr("newer drf-messages"));
    EXPECT_EQ(run({"migrate"}).status, 1);
}

TEST_F(DatabaseCommands, RefuseAFileThatIsNoDatabase) {
    std::ofstream(file("db.sqlite3")) << std::string(5000, 'x');
    for (const char* command : {"check", "migrate", "clearsessions"}) {
        const Outcome outcome = run({command});
        EXPECT_EQ(outcome.status, 1);
        EXPECT_THAT(outcome.err, AllOf(HasSubstr(file("db.sqlite3")), HasSubstr("not a database")))
            << command;
    }
}

TEST_F(DatabaseCommands, ClearExpiredSessions) {
    run({"migrate"});
    run_sql("INSERT INTO django_session (session_key, session_data, expire_date) VALUES"
            " ('old', '', '2024-02-01 00:00:00'), ('new', '', '2024-04-01 00:00:00')");
    EXPECT_EQ(run({"clearsessions"}).out, "1 expired session deleted.\n");
    EXPECT_EQ(run({"clearsessions"}).out, "0 expired sessions deleted.\n");
}

TEST_F(DatabaseCommands, HaveNoSessionsToClearWhereTheyVanishByThemselves) {
    run({"migrate"});
    environment["DRF_MESSAGES_SESSION_ENGINE"] = "django.contrib.sessions.backends.signed_cookies";
    const Outcome outcome = run({"clearsessions"});
    EXPECT_EQ(outcome.status, 0);
    EXPECT_THAT(outcome.out, HasSubstr("vanish by themselves"));
}

} // namespace
} // namespace drf_messages::cli
