// SPDX-License-Identifier: MIT
#include "sql/sqlite/factory.hpp"
#include "unit/cli/cli_fixture.hpp"

#include <gmock/gmock.h>

namespace drf_messages::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class DatabaseCommands : public CommandTest {
protected:
    void run_sql(const char* script) {
        sql::SqliteOptions options;
        options.path = file("db.sqlite3");
        options.create = true;
        sql::sqlite_connections(options)()->run_script({"test", script});
    }

    void expect_refused_in_memory(const std::string& name);
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

TEST_F(DatabaseCommands, SendADjangoSiteToItsOwnDatabase) {
    const std::string site = "SECRET_KEY = \"a key\"\nALLOWED_HOSTS = [\"*\"]\n"
                             "INSTALLED_APPS = [\"drf_messages\", \"shop\"]\n";
    const auto expect_its_own = [&](const std::string& what, const std::string& created) {
        for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
                 {"serve", "--bind", "127.0.0.1:0"}, {"check"}, {"list", "ann"}}) {
            EXPECT_EQ(
                run(command).err,
                "drf-messages: database " + file("db.sqlite3") + " " + what +
                    "; DATABASES.default.NAME has to name the one of the Django site whose "
                    "INSTALLED_APPS these are; if it does, create " +
                    created + " with: python manage.py migrate\n"
            ) << command.front();
        }
    };
    write_settings(site);
    expect_its_own("does not exist", "it");
    std::ofstream(file("db.sqlite3")).flush(); // as Django's own connection leaves it
    expect_its_own("is empty", "its tables");
    run({"migrate"});
    const std::string warning =
        "Warning: database " + file("db.sqlite3") + " was made by `drf-messages migrate`";
    EXPECT_THAT(run({"check"}).out, HasSubstr(warning));
    run_sql("INSERT INTO django_migrations (app, name, applied) VALUES ('shop', '0001_initial', "
            "'2024-01-01 00:00:00')");
    EXPECT_THAT(run({"check"}).out, AllOf(HasSubstr("in order"), Not(HasSubstr(warning))));
    run_sql("DELETE FROM django_migrations WHERE name = '0002_message_session_key'");
    EXPECT_EQ(
        run({"check"}).err,
        "drf-messages: database " + file("db.sqlite3") +
            " is not up to date; migrate it with: python manage.py migrate\n"
    );
}

TEST_F(DatabaseCommands, TakeAUriForTheDatabaseAsDjangoDoes) {
    std::filesystem::create_directory(file("a folder"));
    for (const auto& [uri, path] : std::vector<std::pair<std::string, std::string>>{
             {"file:plain.sqlite3", "plain.sqlite3"},
             {"file:a%20folder/100%25.sqlite3?mode=rwc#top", "a folder/100%.sqlite3"},
             {"file://" + file("absolute.sqlite3") + "?cache=shared", "absolute.sqlite3"},
             {"file://localhost" + file("at%3fhome") + "?nolock=1&psow=0", "at?home"}}) {
        write_settings(
            "SECRET_KEY = \"a key\"\nALLOWED_HOSTS = [\"*\"]\n[DATABASES.default]\nNAME = \"" +
            uri + "\"\n"
        );
        EXPECT_THAT(run({"check"}).err, HasSubstr("does not exist; create it with")) << uri;
        EXPECT_EQ(run({"migrate", "--plan"}).status, 0) << uri;
        EXPECT_FALSE(std::filesystem::exists(file(path))) << uri;
        ASSERT_EQ(run({"migrate"}).err, "") << uri;
        EXPECT_TRUE(std::filesystem::exists(file(path))) << uri;
        EXPECT_THAT(run({"migrate"}).out, HasSubstr("No migrations to apply")) << uri;
        EXPECT_EQ(run({"createuser", "ann", "--noinput"}).err, "") << uri;
        EXPECT_EQ(run({"send", "--to", "ann", "hello"}).err, "") << uri;
        EXPECT_THAT(run({"list", "ann"}).out, HasSubstr("hello")) << uri;
        EXPECT_EQ(run({"check"}).status, 0) << uri;
    }
}

TEST_F(DatabaseCommands, DoNotCallMissingWhatTheyMayNotSee) {
    std::filesystem::create_symlink("db.sqlite3", file("db.sqlite3"));
    for (const char* command : {"check", "migrate", "serve"}) {
        const Outcome outcome = run({command});
        EXPECT_EQ(outcome.status, 1);
        EXPECT_THAT(outcome.err, HasSubstr("Too many levels of symbolic links"));
        EXPECT_THAT(outcome.err, Not(HasSubstr("does not exist")));
    }
}

TEST_F(DatabaseCommands, CreateNoFileWhereItsUriForbidsIt) {
    for (const char* query : {"mode=rw", "mode=ro", "immutable=1"}) {
        write_settings(
            std::string("SECRET_KEY = \"a key\"\n[DATABASES.default]\nNAME = \"file:site?") +
            query + "\"\n"
        );
        const Outcome migrated = run({"migrate"});
        EXPECT_EQ(migrated.status, 1);
        EXPECT_THAT(migrated.err, HasSubstr(file("site") + ": no such file"));
        EXPECT_THAT(
            run({"check"}).err,
            AllOf(HasSubstr("does not exist, and may not be made"), Not(HasSubstr("migrate")))
        );
        EXPECT_FALSE(std::filesystem::exists(file("site")));
    }
}

TEST_F(DatabaseCommands, SayThatADatabaseMayOnlyBeReadBecauseItsUriSaysSo) {
    ASSERT_EQ(run({"migrate"}).status, 0);
    write_settings("SECRET_KEY = \"a key\"\nALLOWED_HOSTS = [\"*\"]\n[DATABASES.default]\nNAME = "
                   "\"file:db.sqlite3?mode=ro\"\n");
    const Outcome checked = run({"check"});
    EXPECT_EQ(checked.status, 1);
    EXPECT_THAT(checked.err, HasSubstr("its name says mode=ro or immutable=1"));
    const Outcome created = run({"createuser", "ann", "--noinput"});
    EXPECT_EQ(created.status, 1);
    EXPECT_THAT(created.err, HasSubstr("readonly"));
    EXPECT_EQ(run({"list", "nobody"}).status, 1);
}

TEST_F(DatabaseCommands, SayThatADatabaseMayOnlyBeReadBecauseItsConnectionsAreToldSo) {
    ASSERT_EQ(run({"migrate"}).status, 0);
    write_settings("SECRET_KEY = \"a key\"\nALLOWED_HOSTS = [\"*\"]\n[DATABASES.default.OPTIONS]\n"
                   "init_command = \"PRAGMA query_only = ON\"\n");
    EXPECT_THAT(
        run({"check"}).err, HasSubstr("take it out of DATABASES.default.OPTIONS.init_command")
    );
}

TEST_F(DatabaseCommands, RefuseAUriThatSQLiteWouldRefuse) {
    for (const auto& [uri, why] : std::vector<std::pair<std::string, std::string>>{
             {"file://example.com/site.sqlite3", "has no host"},
             {"file:", "names no file"},
             {"file:?mode=rw", "names no file"},
             {"file:site?mode=write", "mode is ro, rw, rwc or memory"},
             {"file:site?cache=yes", "cache is shared or private"},
             {"file:site%00.sqlite3", "has no NUL"}}) {
        write_settings("SECRET_KEY = \"a key\"\n[DATABASES.default]\nNAME = \"" + uri + "\"\n");
        for (const char* command : {"migrate", "check", "serve"}) {
            const Outcome outcome = run({command});
            EXPECT_EQ(outcome.status, 1) << uri;
            EXPECT_THAT(outcome.err, AllOf(HasSubstr("DATABASES.default.NAME: "), HasSubstr(why)))
                << uri;
        }
    }
}

TEST_F(DatabaseCommands, RefuseADatabaseInMemoryThatWouldBeGoneWithThem) {
    for (const char* name :
         {":memory:",
          "file::memory:",
          "file:site?mode=memory&cache=shared",
          "file:?mode=memory",
          "file:/site?vfs=memdb",
          "file:site?vfs=memdb&mode=rwc"}) {
        expect_refused_in_memory(name);
    }
}

void DatabaseCommands::expect_refused_in_memory(const std::string& name) {
    write_settings("SECRET_KEY = \"x\"\n[DATABASES.default]\nNAME = \"" + name + "\"\n");
    for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
             {"migrate"},
             {"migrate", "--plan"},
             {"serve", "--bind", "127.0.0.1:0"},
             {"check"},
             {"send", "--to", "ann", "hi"}}) {
        const Outcome outcome = run(command);
        EXPECT_EQ(outcome.status, 1) << name << command.front();
        EXPECT_THAT(outcome.err, HasSubstr("database " + name + " lasts as long as one program"));
        EXPECT_THAT(outcome.err, HasSubstr("let DATABASES.default.NAME name a file\n"));
    }
}

TEST_F(DatabaseCommands, RefuseADatabaseOfAnotherApplication) {
    run_sql("CREATE TABLE bookmarks (id INTEGER PRIMARY KEY)");
    EXPECT_THAT(
        run({"serve", "--bind", "127.0.0.1:0"}).err, HasSubstr("belongs to another application")
    );
    for (const std::vector<std::string>& command :
         std::vector<std::vector<std::string>>{{"migrate"}, {"migrate", "--plan"}}) {
        const Outcome migrated = run(command);
        EXPECT_EQ(migrated.status, 1);
        EXPECT_THAT(migrated.err, HasSubstr("nothing was changed"));
    }
}

/// What of django_migrations makes the database that of a Django site with these apps.
constexpr const char* site_without_tokens =
    "DROP TABLE authtoken_token;"
    "DELETE FROM django_migrations WHERE app IN"
    " ('authtoken', 'drf_messages_database', 'drf_messages_server');"
    "DROP INDEX drf_messages_server_message_unread; DROP INDEX drf_messages_server_message_newest;"
    "DROP INDEX drf_messages_server_message_session_key;"
    "DROP INDEX drf_messages_server_message_oldest;";

TEST_F(DatabaseCommands, MakeInADjangoSiteOnlyWhatDjangoKnowsAndWhatIsNamed) {
    run({"migrate"});
    run_sql(site_without_tokens);
    const std::string command =
        "drf-messages migrate authtoken --settings " + file("settings.toml");

    EXPECT_THAT(
        run({"migrate", "--plan"}).out,
        AllOf(HasSubstr("  drf_messages_server.0001_indexes\n"), Not(HasSubstr("authtoken")))
    );
    const Outcome migrated = run({"migrate"});
    EXPECT_EQ(migrated.status, 0) << migrated.err;
    EXPECT_THAT(
        migrated.out,
        AllOf(
            HasSubstr(
                "Apply all migrations: auth, contenttypes, drf_messages, drf_messages_server, "
                "sessions\n"
            ),
            Not(HasSubstr("authtoken"))
        )
    );
    EXPECT_THAT(run({"migrate"}).out, HasSubstr("  No migrations to apply.\n"));

    run({"createuser", "ann", "--noinput"});
    EXPECT_THAT(run({"drf_create_token", "ann"}).err, HasSubstr(command));
    EXPECT_THAT(run({"check"}).out, Not(HasSubstr("token")));
    write_settings("SECRET_KEY = \"x\"\n[REST_FRAMEWORK]\nDEFAULT_AUTHENTICATION_CLASSES = "
                   "[\"rest_framework.authentication.TokenAuthentication\"]\n");
    const Outcome checked = run({"check"});
    EXPECT_EQ(checked.status, 0) << checked.err;
    EXPECT_THAT(checked.out, HasSubstr("Warning: every request with a token fails; "));
    EXPECT_THAT(checked.out, HasSubstr(command));

    EXPECT_THAT(run({"migrate", "authtoken"}).out, HasSubstr("  Applying authtoken.0001_initial"));
    EXPECT_EQ(run({"drf_create_token", "ann"}).status, 0);
    EXPECT_THAT(run({"check"}).out, Not(HasSubstr("token")));
}

TEST_F(DatabaseCommands, AdviseForUsersOfTheSitesOwnWhatTheyDo) {
    run({"migrate"});
    run_sql(site_without_tokens);
    run({"migrate"});
    run_sql("CREATE TABLE shop_user (id integer NOT NULL PRIMARY KEY AUTOINCREMENT,"
            " username varchar(150) NOT NULL UNIQUE, password varchar(128) NOT NULL);");
    write_settings("SECRET_KEY = \"x\"\nAUTH_USER_MODEL = \"shop.User\"\n[REST_FRAMEWORK]\n"
                   "DEFAULT_AUTHENTICATION_CLASSES = "
                   "[\"rest_framework.authentication.TokenAuthentication\"]\n");
    EXPECT_THAT(
        run({"check"}).out,
        AllOf(HasSubstr("has no table authtoken_token"), Not(HasSubstr("drf-messages migrate")))
    );
}

TEST_F(DatabaseCommands, MakeTheLogOfTheAdminOnceARouteLeadsThere) {
    run({"migrate"});
    EXPECT_THAT(run({"check"}).out, Not(HasSubstr("admin")));
    write_settings("SECRET_KEY = \"x\"\n[[ROUTES]]\nroute = \"admin/\"\ninclude = "
                   "\"drf_messages.admin\"\n");
    const Outcome checked = run({"check"});
    EXPECT_EQ(checked.status, 0) << checked.err;
    EXPECT_THAT(
        checked.out,
        AllOf(
            HasSubstr("Warning: nothing can be changed in the admin; "),
            HasSubstr("drf-messages migrate admin --settings " + file("settings.toml"))
        )
    );
    EXPECT_THAT(run({"migrate", "--plan"}).out, HasSubstr("  admin.0001_initial\n"));
    const Outcome migrated = run({"migrate"});
    EXPECT_THAT(
        migrated.out,
        AllOf(
            HasSubstr("Apply all migrations: admin, auth, "),
            HasSubstr("  Applying admin.0001_initial... OK\n")
        )
    );
    EXPECT_THAT(run({"check"}).out, Not(HasSubstr("migrate admin")));
    EXPECT_THAT(run({"migrate"}).out, HasSubstr("  No migrations to apply.\n"));
}

TEST_F(DatabaseCommands, AskADjangoSiteWithoutMessagesToNameThem) {
    run({"migrate", "sessions"});
    run({"migrate", "auth"});
    run_sql("DELETE FROM django_migrations WHERE app = 'drf_messages_database'");
    for (const std::vector<std::string>& command :
         std::vector<std::vector<std::string>>{{"migrate"}, {"migrate", "--plan"}}) {
        const Outcome refused = run(command);
        EXPECT_EQ(refused.status, 1);
        EXPECT_THAT(refused.err, HasSubstr("django_migrations does not know drf_messages"));
        EXPECT_THAT(refused.err, HasSubstr("nothing was changed"));
    }
    EXPECT_THAT(
        run({"check"}).err,
        HasSubstr("make its tables with: drf-messages migrate drf_messages --settings ")
    );
    EXPECT_EQ(run({"migrate", "drf_messages"}).status, 0);
    EXPECT_THAT(
        run({"migrate"}).out, HasSubstr("  Applying drf_messages_server.0001_indexes... OK\n")
    );
    EXPECT_THAT(run({"check"}).out, HasSubstr("in order"));
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
