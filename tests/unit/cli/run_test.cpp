// SPDX-License-Identifier: MIT
#include "unit/cli/cli_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace drf_messages::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using CommandLine = CommandTest;

constexpr const char* commands[] = {
    "serve",
    "migrate",
    "createsuperuser",
    "createuser",
    "changepassword",
    "drf_create_token",
    "send",
    "list",
    "clearsessions",
    "prune",
    "live",
    "check",
    "settings"};

TEST_F(CommandLine, ShowsItsVersionAndItsCommands) {
    EXPECT_THAT(run_plain({"--version"}).out, StartsWith("drf-messages "));
    const Outcome help = run_plain({"--help"});
    EXPECT_EQ(help.status, 0);
    for (const char* command : commands) {
        EXPECT_THAT(help.out, HasSubstr(command));
    }
}

TEST_F(CommandLine, ExplainsEveryCommandWithAnExample) {
    for (const char* command : commands) {
        const Outcome help = run_plain({command, "--help"});
        EXPECT_EQ(help.status, 0);
        EXPECT_THAT(help.out, HasSubstr(std::string("drf-messages ") + command)) << command;
    }
}

TEST_F(CommandLine, AnswersSenselessArgumentsWithOneLineAndStatus2) {
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {},
             {"sevre"},
             {"serve", "--bnd", "x"},
             {"send", "--to", "ann"},
             {"list"},
             {"serve", "--workers", "0"},
             {"prune", "--batch", "x"}}) {
        const Outcome outcome = run_plain(words);
        EXPECT_EQ(outcome.status, 2);
        EXPECT_THAT(outcome.err, StartsWith("drf-messages: "));
        EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    }
}

TEST_F(CommandLine, NamesACommandThatDoesNotExist) {
    EXPECT_EQ(
        run_plain({"sevre"}).err,
        "drf-messages: there is no command sevre (drf-messages --help explains)\n"
    );
}

TEST_F(CommandLine, TakesATextThatBeginsWithADashAfterTwoDashes) {
    given_users({"ann", "bob"});
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"--to", "ann", "--", "-5 degrees"},
             {"--to=ann", "--", "--"},
             {"--to", "ann", "bob", "--", "-v"},
             {"--to", "ann", "--level", "info", "--", "-x"}}) {
        std::vector<std::string> arguments{"send", "--settings", file("settings.toml")};
        arguments.insert(arguments.end(), words.begin(), words.end());
        const Outcome outcome = run_plain(arguments);
        EXPECT_EQ(outcome.status, 0) << outcome.err;
        EXPECT_THAT(run({"list", "ann"}).out, HasSubstr("  " + words.back() + "\n"));
    }
    EXPECT_THAT(run({"list", "bob"}).out, HasSubstr("-v"));
}

TEST_F(CommandLine, KeepsItsErrorsOnOneLineAndAwayFromTheTerminal) {
    given_users({});
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"list", "a\nb\r\x1b[2J\u009B2J"},
             {"migrate", "\x1b[2J\n"},
             {"list", "ann", "\x1b[2Jmore\n"},
             {"\x1b[2J\n"}}) {
        const std::string err = run(words).err;
        EXPECT_EQ(std::count(err.begin(), err.end(), '\n'), 1) << err;
        EXPECT_EQ(err.back(), '\n');
        EXPECT_THAT(
            err, AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\r")), Not(HasSubstr("\u009B")))
        );
    }
    write_settings("\"\\u001b[2J\" = 1\n");
    EXPECT_THAT(run({"check"}).err, AllOf(HasSubstr("is no setting"), Not(HasSubstr("\x1b"))));
}

TEST_F(CommandLine, ShowsEveryProblemOfTheSettings) {
    write_settings("MESSAGE_LEVL = 1\nDEBUG = 5\nSECRET_KEY = 123456\n");
    const Outcome outcome = run({"check"});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_EQ(
        outcome.err,
        "drf-messages: " + file("settings.toml") +
            ":1: MESSAGE_LEVL is no setting; did you mean MESSAGE_LEVEL?\n" + "drf-messages: " +
            file("settings.toml") + ":2: DEBUG: expected true or false, found the integer 5\n" +
            "drf-messages: " + file("settings.toml") +
            ":3: SECRET_KEY: expected text, found an integer\n"
    );
}

TEST_F(CommandLine, TakesTheSettingsFileOfTheEnvironment) {
    environment["DRF_MESSAGES_SETTINGS"] = file("settings.toml");
    environment["DRF_MESSAGES_MESSAGE_LEVEL"] = "40";
    const Outcome outcome = run_plain({"settings"});
    EXPECT_THAT(
        outcome.out,
        AllOf(
            HasSubstr("ALLOWED_HOSTS = [\"*\"]"),
            HasSubstr("MESSAGE_LEVEL = 40"),
            Not(HasSubstr("topsecret"))
        )
    );
    environment["DRF_MESSAGES_SETTINGS"] = file("none.toml");
    EXPECT_THAT(run_plain({"settings"}).err, HasSubstr("none.toml: cannot be read"));
}

TEST_F(CommandLine, KnowsOnlyThePartsOfThisBuild) {
    write_settings("SESSION_ENGINE = \"django.contrib.sessions.backends.dbb\"\nMIDDLEWARE = "
                   "[\"django.middleware.gzip.GZipMiddlewar\"]\n"
                   "[[ROUTES]]\nroute = \"\"\ninclude = \"rest_framework.url\"\n"
                   "[[ROUTES]]\nroute = \"\"\nview = \"obtain_auth_token\"\n"
                   "[[ROUTES]]\nroute = \"\"\nrouter = 5\n");
    EXPECT_THAT(
        run({"check"}).err,
        AllOf(
            HasSubstr("did you mean django.contrib.sessions.backends.db?"),
            HasSubstr("did you mean django.middleware.gzip.GZipMiddleware?"),
            HasSubstr("ROUTES.include: there is no \"rest_framework.url\" here; did you mean "
                      "rest_framework.urls?"),
            HasSubstr("ROUTES.view: there is no \"obtain_auth_token\" here"),
            HasSubstr("ROUTES.router: expected DefaultRouter or SimpleRouter, found the integer 5")
        )
    );
}

TEST_F(CommandLine, TakesEachNameThatAPartGoesBy) {
    for (const char* settings : {
             "[DATABASES.default]\nENGINE = \"django.db.backends.postgresql_psycopg2\"\n",
             "[DATABASES.default]\nENGINE = \"django.db.backends.mysql\"\n",
             "SESSION_SERIALIZER = \"django.contrib.sessions.serializers.PickleSerializer\"\n",
             "SESSION_SERIALIZER = \"django.core.signing.JSONSerializer\"\n",
             "PASSWORD_HASHERS = [\"django.contrib.auth.hashers.CryptPasswordHasher\"]\n",
             "AUTHENTICATION_BACKENDS = [\"django.contrib.auth.backends.RemoteUserBackend\"]\n",
             "[[ROUTES]]\nroute = \"\"\nrouter = \"rest_framework.routers.SimpleRouter\"\n",
         }) {
        write_settings(settings);
        EXPECT_EQ(run({"settings"}).err, "") << settings;
    }
}

TEST_F(CommandLine, RefusesToServeWithoutASecretKeyAndSaysHowToMakeOne) {
    write_settings("ALLOWED_HOSTS = [\"*\"]\n");
    run({"migrate"});
    const Outcome outcome = run({"serve", "--bind", "127.0.0.1:0"});
    EXPECT_EQ(outcome.status, 1);
    const auto command = outcome.err.find("make one with: ");
    ASSERT_NE(command, std::string::npos) << outcome.err;
    ASSERT_EQ(std::system(outcome.err.substr(command + 15).c_str()), 0);
    EXPECT_EQ(run({"check"}).status, 0) << run({"check"}).err;
}

TEST_F(CommandLine, RefusesToServeWhatCanNotWork) {
    write_settings("SECRET_KEY = \"k\"\nMIDDLEWARE = []\n");
    run({"migrate"});
    EXPECT_THAT(
        run({"serve", "--bind", "127.0.0.1:0"}).err, HasSubstr("MessageMiddleware\" is missing")
    );
    EXPECT_EQ(run({"check"}).status, 1);
}

TEST_F(CommandLine, ChecksWhatOnlyShowsWhenThePartsArePutTogether) {
    write_settings("SECRET_KEY = \"k\"\n[[ROUTES]]\nroute = \"(\"\nregex = true\ninclude = "
                   "\"drf_messages.urls\"\n");
    run({"migrate"});
    EXPECT_EQ(run({"check"}).status, 1);
    EXPECT_EQ(run({"serve", "--bind", "127.0.0.1:0"}).status, 1);
}

TEST_F(CommandLine, NeedsNoCacheAndNoSessionsWhereItUsesNone) {
    given_users({"ann"});
    const std::string broken = "[CACHES.default]\n"
                               "BACKEND = \"django.core.cache.backends.locmem.LocMemCache\"\n"
                               "[CACHES.default.OPTIONS]\nNONSENSE = 1\n";
    write_settings("SECRET_KEY = \"k\"\n" + broken);
    EXPECT_EQ(run({"clearsessions"}).out, "0 expired sessions deleted.\n");
    EXPECT_THAT(run({"check"}).err, HasSubstr("NONSENSE"));

    write_settings(
        "SECRET_KEY = \"k\"\n"
        "SESSION_ENGINE = \"django.contrib.sessions.backends.cache\"\n" +
        broken
    );
    for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
             {"createuser", "bob", "--noinput"},
             {"changepassword", "ann", "--password-stdin"},
             {"drf_create_token", "ann"},
             {"send", "--to", "ann", "hi"},
             {"list", "ann"},
             {"prune", "--read"}}) {
        const Outcome outcome = run(command, "a password\n");
        EXPECT_EQ(outcome.status, 0) << command.front() << ": " << outcome.err;
    }
    EXPECT_THAT(run({"clearsessions"}).err, HasSubstr("NONSENSE"));
}

TEST_F(CommandLine, NamesAnAddressThatIsTaken) {
    run({"migrate"});
    const Outcome outcome = run({"serve", "--bind", "unix:" + file("no/such/folder.sock")});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(outcome.err, HasSubstr("no/such/folder.sock"));
}

TEST_F(CommandLine, WarnsWhereTheThrottleOfPasswordsIsNotAsItMayBeMeant) {
    const auto checked = [this](const std::string& settings) {
        write_settings("SECRET_KEY = \"k\"\nALLOWED_HOSTS = [\"*\"]\n" + settings);
        const Outcome outcome = run({"check"});
        EXPECT_EQ(outcome.status, 0) << outcome.err;
        return outcome.out;
    };
    run({"migrate"});
    const auto missing = HasSubstr("SERVER.NUM_PROXIES is missing");
    const std::string no_basic = "[REST_FRAMEWORK]\n"
                                 "DEFAULT_AUTHENTICATION_CLASSES = "
                                 "[\"rest_framework.authentication.TokenAuthentication\"]\n";
    const std::string login = "[[ROUTES]]\nroute = \"\"\ninclude = \"rest_framework.urls\"\n";
    EXPECT_THAT(checked(""), missing);
    EXPECT_THAT(checked(no_basic + login), missing);
    EXPECT_THAT(checked(no_basic), Not(missing));
    EXPECT_THAT(checked("BASIC_THROTTLE_RATE = \"\"\n"), Not(missing));
    EXPECT_THAT(checked("[SERVER]\nNUM_PROXIES = 0\n"), Not(missing));
    EXPECT_THAT(checked("[REST_FRAMEWORK]\nNUM_PROXIES = 1\n"), Not(missing));
}

TEST_F(CommandLine, WarnsWhereNoRouteLeadsToTheMessages) {
    run({"migrate"});
    const auto checked = [this](const std::string& routes) {
        write_settings("SECRET_KEY = \"k\"\nALLOWED_HOSTS = [\"*\"]\n" + routes);
        const Outcome outcome = run({"check"});
        EXPECT_EQ(outcome.status, 0) << outcome.err;
        return outcome.out;
    };
    const auto warned = HasSubstr("Warning: no entry of ROUTES leads to the messages");
    const std::string start = "[[ROUTES]]\nroute = \"\"\ninclude = \"drf_messages.start\"\n";
    EXPECT_THAT(checked(""), Not(warned));
    EXPECT_THAT(checked(start), warned);
    EXPECT_THAT(
        checked(start + "[[ROUTES]]\nroute = \"m/\"\ninclude = \"drf_messages.urls\"\n"),
        Not(warned)
    );
    EXPECT_THAT(
        checked(
            start + "[[ROUTES]]\nroute = \"\"\nrouter = \"SimpleRouter\"\nregister = [{prefix = "
                    "\"m\", viewset = \"drf_messages.views.MessagesViewSet\", basename = "
                    "\"m\"}]\n"
        ),
        Not(warned)
    );
    EXPECT_THAT(
        checked(start + "[[ROUTES]]\nroute = \"api/\"\nrouter = \"DefaultRouter\"\n"), warned
    );
}

TEST_F(CommandLine, FindsNothingWrongWhereNothingIs) {
    write_settings("SECRET_KEY = \"a key for tests only, with more than fifty characters in it\"\n"
                   "ALLOWED_HOSTS = [\"*\"]\n[SERVER]\nNUM_PROXIES = 0\n");
    run({"migrate"});
    const Outcome outcome = run({"check"});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "Settings and database are in order.\n");
}

TEST_F(CommandLine, WarnsOfASecretKeyThatIsEasyToGuess) {
    const std::string good = "0123456789abcdef0123456789abcdef0123456789abcdef01";
    run({"migrate"});
    const auto checked = [this](const std::string& key) {
        write_settings("SECRET_KEY = \"" + key + "\"\n");
        const Outcome outcome = run({"check"});
        EXPECT_EQ(outcome.status, 0) << outcome.err;
        EXPECT_THAT(outcome.out, Not(HasSubstr(key)));
        return outcome.out;
    };
    const auto warned = HasSubstr("Warning: SECRET_KEY is easy to guess");
    EXPECT_THAT(checked(good), Not(warned));
    EXPECT_THAT(checked(good.substr(1)), warned);
    EXPECT_THAT(checked("\u00fc" + good.substr(1)), Not(warned));
    EXPECT_THAT(checked(std::string(60, 'a') + "bcd"), warned);
    EXPECT_THAT(checked("django-insecure-" + good), warned);
}

} // namespace
} // namespace drf_messages::cli
