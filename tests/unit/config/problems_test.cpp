// SPDX-License-Identifier: MIT
#include "unit/config/config_fixture.hpp"

#include <gmock/gmock.h>

namespace drf_messages::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

using SettingsProblems = ConfigTest;

TEST_F(SettingsProblems, OfLanguagesAndFormatsOfDates) {
    EXPECT_THAT(
        problems_of(R"(LANGUAGES = [["en"]]
DATE_INPUT_FORMATS = ["%d %d"]
DATETIME_INPUT_FORMATS = ["%G-W%V-%u"]
LANGUAGE_COOKIE_NAME = "a b"
)"),
        ElementsAre(
            HasSubstr("1: LANGUAGES: expected list of codes or pairs of texts"),
            HasSubstr("2: DATE_INPUT_FORMATS: expected list of texts, or \"\" for none (directives "
                      "of Python's strptime, each once, but for weeks and names of zones; at "
                      "most 100 of them and of other characters), found"),
            HasSubstr("3: DATETIME_INPUT_FORMATS: expected list"),
            HasSubstr("4: LANGUAGE_COOKIE_NAME: expected text")
        )
    );
    EXPECT_THAT(problems_of("LANGUAGES = [[\"en\", 1], 5]\n"), SizeIs(1));
    EXPECT_THAT(problems_of("LANGUAGES = \"en\"\n"), SizeIs(1));
}

TEST_F(SettingsProblems, OfExtensions) {
    EXPECT_THAT(
        problems_of(R"(MESSAGES_EXTENSIONS = ["read_stat", "sync",
    "webhooks"]
CORS_ALLOWED_ORIGINS = ["https://example.com/"]
)"),
        ElementsAre(
            "1: MESSAGES_EXTENSIONS: there is no \"read_stat\" here; did you mean read_state?",
            "2: MESSAGES_EXTENSIONS: there is no \"webhooks\" here; there are read_state, sync, "
            "stream, conditional",
            HasSubstr("3: CORS_ALLOWED_ORIGINS: expected list of texts (each SCHEME://HOST or")
        )
    );
    EXPECT_THAT(problems_of("MESSAGES_EXTENSIONS = \"sync\"\n"), SizeIs(1));
    EXPECT_THAT(problems_of("MESSAGES_EXTENSIONS = [1]\n"), SizeIs(1));
    for (const std::string origin :
         {"*", "example.com", "https://", "https://*.example.com", "://a"}) {
        EXPECT_THAT(problems_of("CORS_ALLOWED_ORIGINS = [\"" + origin + "\"]\n"), SizeIs(1))
            << origin;
    }
}

TEST_F(SettingsProblems, OfTheFeed) {
    for (const std::string_view line :
         {"POLL_INTERVAL = 0",
          "POLL_INTERVAL = nan",
          "POLL_INTERVAL = 61",
          "HISTORY = 7",
          "HISTORY = \"7\"",
          "HISTORY = \"7w\"",
          "HISTORY = \"59s\"",
          "HISTORY = \"3651d\"",
          "HISTORY = \"99999999999999999d\"",
          "HISTORY = \"\"",
          "RETRY = [5, 1]",
          "RETRY = [1]",
          "RETRY = [nan, 5]",
          "RETRY = 5",
          "MAX_WAITS = -1"}) {
        EXPECT_THAT(problems_of("[LIVE]\n" + std::string(line) + '\n'), SizeIs(1)) << line;
    }
    EXPECT_THAT(
        problems_of("[LIVE]\nHISTORY = 7\n"),
        ElementsAre("2: LIVE.HISTORY: expected text (a number with s, m, h or d, from 60s to "
                    "3650d), found the integer 7")
    );
}

TEST_F(SettingsProblems, AreAllShownAtOnceWithLineAndNearestName) {
    EXPECT_THAT(
        problems_of(R"(MESSAGE_LEVL = 20
MESSAGE_LEVEL = "info"
SESSION_COOKIE_AGE = -1
PAGE_SIZE = 5
SESSION_ENGINE = "django.contrib.sessions.backends.bd"
[REST_FRAMEWORK]
DEFAULT_PAGINATOR_CLASS = ""
PAGE_SIZE = 2.5
DEFAULT_PAGINATION_CLASS = "rest_framework.pagination.LimitOffsetPaginaton"
[SERVER]
WORKERS = 5000
SLOW_STATEMENT = -0.5
STATEMENT_TIMEOUT = "1s"
)"),
        ElementsAre(
            "1: MESSAGE_LEVL is no setting; did you mean MESSAGE_LEVEL?",
            "2: MESSAGE_LEVEL: expected integer, found the text \"info\"",
            "3: SESSION_COOKIE_AGE: expected integer, seconds (0 to 1000000000000), found the "
            "integer -1",
            "4: PAGE_SIZE is no setting; did you mean REST_FRAMEWORK.PAGE_SIZE?",
            "5: SESSION_ENGINE: there is no \"django.contrib.sessions.backends.bd\" here; did you "
            "mean "
            "django.contrib.sessions.backends.db?",
            "7: REST_FRAMEWORK.DEFAULT_PAGINATOR_CLASS is no setting; did you mean "
            "REST_FRAMEWORK.DEFAULT_PAGINATION_CLASS?",
            "8: REST_FRAMEWORK.PAGE_SIZE: expected integer, or \"\" for none (0 or more), found "
            "the number 2.5",
            "9: DEFAULT_PAGINATION_CLASS: there is no "
            "\"rest_framework.pagination.LimitOffsetPaginaton\" here; did you mean "
            "rest_framework.pagination.LimitOffsetPagination?",
            "11: SERVER.WORKERS: expected integer (0 to 1024), found the integer 5000",
            "12: SERVER.SLOW_STATEMENT: expected number, seconds (0 to 86400), found the number "
            "-0.5",
            "13: SERVER.STATEMENT_TIMEOUT: expected number, seconds (0 to 86400), found the text "
            "\"1s\""
        )
    );
}

TEST_F(SettingsProblems, AskForTheQuotesOfARelease) {
    EXPECT_THAT(
        problems_of("DJANGO_VERSION = 5\nREST_FRAMEWORK_VERSION = 3.16\nPYTHON_VERSION = true\n"),
        ElementsAre(
            "1: DJANGO_VERSION: expected text (a release, such as \"5.2\"), found the integer 5; "
            "write it in quotes",
            "2: REST_FRAMEWORK_VERSION: expected text (a release, such as \"3.18\"), found the "
            "number 3.16; write it in quotes",
            "3: PYTHON_VERSION: expected text (a release, such as \"3.12\"), found the boolean true"
        )
    );
}

TEST_F(SettingsProblems, NameTheEntryOfAListByItsLine) {
    EXPECT_THAT(
        problems_of("MIDDLEWARE = [\n  \"django.middleware.common.CommonMiddleware\",\n  "
                    "\"allauth.account.middleware.AccountMiddleware\",\n]\n"),
        ElementsAre(
            "3: MIDDLEWARE: there is no \"allauth.account.middleware.AccountMiddleware\" here"
        )
    );
}

TEST_F(SettingsProblems, AreNotFoundInRatesThatRestFrameworkReads) {
    for (const char* rate : {"2/day", "1/d", "0/day", "3/min", "10/second", "1/hours", " 5 /m"}) {
        EXPECT_THAT(
            problems_of(
                std::string("[REST_FRAMEWORK]\nDEFAULT_THROTTLE_RATES = { anon = \"") + rate +
                "\" }\n"
            ),
            IsEmpty()
        ) << rate;
    }
    for (const char* rate :
         {"2",
          "2/",
          "/day",
          "two/day",
          "2/fortnight",
          "2/day/3",
          "-1/day",
          "2/Day",
          "1000000001/s"}) {
        EXPECT_THAT(
            problems_of(
                std::string("[REST_FRAMEWORK]\nDEFAULT_THROTTLE_RATES = { anon = \"") + rate +
                "\" }\n"
            ),
            ElementsAre(HasSubstr("DEFAULT_THROTTLE_RATES.anon: expected a rate like \"10/min\""))
        ) << rate;
    }
}

TEST_F(SettingsProblems, AreFoundInAddressesThatNobodyCanListenOn) {
    const std::string longest(107, 'x');
    for (const std::string& address :
         {std::string("localhost:0"), std::string("[::]:80"), "unix:" + longest}) {
        EXPECT_THAT(problems_of("[SERVER]\nBIND = [\"" + address + "\"]\n"), IsEmpty()) << address;
    }
    for (const std::string& address :
         {std::string("localhost"),
          std::string(":80"),
          std::string("::1:80"),
          std::string("localhost:65536"),
          std::string("unix:"),
          "unix:x" + longest}) {
        EXPECT_THAT(
            problems_of("[SERVER]\nBIND = [\"" + address + "\"]\n"),
            ElementsAre(HasSubstr("each HOST:PORT, [V6]:PORT or unix:PATH"))
        ) << address;
    }
}

TEST_F(SettingsProblems, AreFoundInTimeZonesThatDoNotExist) {
    for (const char* zone :
         {"Europe/Berlin", "Etc/GMT+5", "UTC", "GMT", "Etc/UTC", "Australia/Lord_Howe"}) {
        const std::string line = std::string("TIME_ZONE = \"") + zone + "\"\n";
        EXPECT_THAT(problems_of(line), IsEmpty()) << zone;
        EXPECT_THAT(problems_of("[DATABASES.default]\n" + line), IsEmpty()) << zone;
    }
    EXPECT_THAT(problems_of("[DATABASES.default]\nTIME_ZONE = \"\"\n"), IsEmpty());
    EXPECT_THAT(
        problems_of("[DATABASES.default]\nTIME_ZONE = \"Europe/Berln\"\n"),
        ElementsAre(HasSubstr("DATABASES.default.TIME_ZONE: expected text"))
    );
    for (const char* zone :
         {"Europe/Berln", "", "../../etc/passwd", "Europe", "/etc/localtime", "tzdata.zi"}) {
        EXPECT_THAT(
            problems_of(std::string("TIME_ZONE = \"") + zone + "\"\n"),
            ElementsAre(HasSubstr("TIME_ZONE: expected text"))
        ) << zone;
    }
}

TEST_F(SettingsProblems, OfClassesNameTextThatWouldBreakAHeader) {
    EXPECT_THAT(
        problems_of("[CLASSES.\"site.Basic\"]\n"
                    "base = \"rest_framework.authentication.BasicAuthentication\"\n"
                    "www_authenticate_realm = \"api\\r\\nSet-Cookie: a=b\"\n"),
        ElementsAre(HasSubstr("3: CLASSES.\"site.Basic\".www_authenticate_realm: expected text "
                              "without control characters"))
    );
}

TEST_F(SettingsProblems, OfClassesNameTheUnknownBaseAttributeOrCircle) {
    EXPECT_THAT(
        problems_of(R"([CLASSES."site.A"]
base = "rest_framework.pagination.PageNumberPaginaton"
[CLASSES."site.B"]
base = "rest_framework.pagination.LimitOffsetPagination"
defalt_limit = 2
max_limit = "four"
[CLASSES."site.C"]
base = "site.D"
[CLASSES."site.D"]
base = "site.C"
[CLASSES."site.E"]
page_size = 3
[CLASSES."site.F"]
base = "rest_framework.throttling.AnonRateThrottle"
rate = "often"
[CLASSES."site.View"]
base = "drf_messages.views.MessagesViewSet"
permission_classes = ["rest_framework.permissions.IsAuthentic"]
)"),
        testing::UnorderedElementsAre(
            "2: CLASSES.\"site.A\".base: there is no "
            "\"rest_framework.pagination.PageNumberPaginaton\" here; did you mean "
            "rest_framework.pagination.PageNumberPagination?",
            "5: CLASSES.\"site.B\".defalt_limit is no attribute of "
            "rest_framework.pagination.LimitOffsetPagination; did you "
            "mean default_limit?",
            "6: CLASSES.\"site.B\".max_limit: expected an integer, 0 or more, found the text "
            "\"four\"",
            "8: CLASSES.\"site.C\": its bases lead back to itself",
            "10: CLASSES.\"site.D\": its bases lead back to itself",
            "11: CLASSES.\"site.E\": expected a table with `base`, a class name",
            "15: CLASSES.\"site.F\".rate: expected a rate like \"10/min\", found the text "
            "\"often\"",
            "18: DEFAULT_PERMISSION_CLASSES: there is no "
            "\"rest_framework.permissions.IsAuthentic\" here; did you mean "
            "rest_framework.permissions.IsAuthenticated?"
        )
    );
}

TEST_F(SettingsProblems, OfAClassThatFitsElsewhereSayOnWhatItIsBuilt) {
    EXPECT_THAT(
        problems_of(R"([REST_FRAMEWORK]
DEFAULT_PAGINATION_CLASS = "site.Throttle"
[CLASSES."site.Throttle"]
base = "rest_framework.throttling.AnonRateThrottle"
)"),
        ElementsAre("2: DEFAULT_PAGINATION_CLASS: \"site.Throttle\" is built on "
                    "rest_framework.throttling.AnonRateThrottle, which does not "
                    "fit here")
    );
}

TEST_F(SettingsProblems, SayThatASettingBelongsAboveTheTables) {
    EXPECT_THAT(
        problems_of(R"([REST_FRAMEWORK]
PAGE_SIZE = 5
TEMPLATES = [{ DIRS = ["templates"] }]
TIME_ZONE = "UTC"
NAME = "x"
[CACHES.default]
DEBUG = true
[[ROUTES]]
route = ""
include = "drf_messages.urls"
LOGIN_REDIRECT_URL = "/"
)"),
        testing::UnorderedElementsAre(
            "3: REST_FRAMEWORK.TEMPLATES is no setting; TEMPLATES belongs above the first [table] "
            "of the file",
            "4: REST_FRAMEWORK.TIME_ZONE is no setting; TIME_ZONE belongs above the first [table] "
            "of the file",
            "5: REST_FRAMEWORK.NAME is no setting; did you mean DATABASES.default.NAME?",
            "7: CACHES.default.DEBUG is no setting; DEBUG belongs above the first [table] of the "
            "file",
            "11: ROUTES.LOGIN_REDIRECT_URL is no setting; LOGIN_REDIRECT_URL belongs above the "
            "first [table] of the file"
        )
    );
}

TEST_F(SettingsProblems, OfRoutesSayWhatIsMissing) {
    EXPECT_THAT(
        problems_of(R"(
[[ROUTES]]
include = "drf_message.urls"
[[ROUTES]]
route = "a/"
[[ROUTES]]
route = "b/"
router = "DefaltRouter"
register = [{ prefix = "m", viewset = "site.View" }]
[[ROUTES]]
route = "c/"
include = "drf_messages.urls"
namspace = "c"
)"),
        ElementsAre(
            "3: ROUTES.include: there is no \"drf_message.urls\" here; did you mean "
            "drf_messages.urls?",
            "2: ROUTES: `route` is missing",
            "4: ROUTES: expected one of `include`, `router` and `view`",
            "8: ROUTES.router: there is no \"DefaltRouter\" here; did you mean DefaultRouter?",
            "9: ROUTES.register.viewset: there is no viewset \"site.View\" here",
            "9: ROUTES.register: a basename is missing",
            "13: ROUTES.namspace is no setting; did you mean namespace?"
        )
    );
}

TEST_F(SettingsProblems, NeverShowASecret) {
    const auto lines = problems_of("SECRET_KEY = 12345\nSECRET_KEY_FALLBACKS = "
                                   "\"oldsecret\"\n[DATABASES.default]\nPASSWORD = 67890\n"
                                   "[CACHES]\ndefault = { LOCATION = 777 }\n");
    ASSERT_EQ(lines.size(), 4u);
    for (const std::string& line : lines) {
        EXPECT_THAT(
            line,
            Not(testing::AnyOf(
                HasSubstr("12345"), HasSubstr("oldsecret"), HasSubstr("67890"), HasSubstr("777")
            ))
        );
    }
    EXPECT_EQ(lines[0], "1: SECRET_KEY: expected text, found an integer");
}

TEST_F(SettingsProblems, NeverShowAPasswordThatStandsInTheWrongPlace) {
    for (const std::string_view text : {
             "DATABASES = \"postgres://u:topsecret@h/db\"",
             "[DATABASES]\ndefault = \"postgres://u:topsecret@h/db\"",
             "[DATABASES.default]\nNAME = \"postgres://u:topsecret@h/db\"",
             "[DATABASES.default]\nNAME = \"dbname=a password=topsecret\"",
             "[DATABASES.default]\nENGINE = \"postgres://u:topsecret@h/db\"",
             "[DATABASES.default]\nOPTIONS = \"password=topsecret\"",
             "CACHES = \"redis://:topsecret@h\"",
             "[CACHES]\ndefault = \"redis://:topsecret@h\"",
             "[CACHES.default]\nBACKEND = \"redis://:topsecret@h\"",
             "SESSION_REDIS = \"redis://:topsecret@h\"",
             "MESSAGE_LEVEL = \"redis://:topsecret@h\"",
         }) {
        EXPECT_THAT(
            problems_of(std::string(text)),
            testing::AllOf(Not(IsEmpty()), testing::Each(Not(HasSubstr("topsecret"))))
        ) << text;
    }
    EXPECT_THAT(
        problems_of("SECRET_KEY = 98765432109876543210"),
        ElementsAre("1:34: no valid TOML: a number is not representable in 64 bits")
    );
}

TEST_F(SettingsProblems, OfTheRedisOfSessionsAreThoseOfItsKeys) {
    EXPECT_THAT(
        problems_of(R"(
[SESSION_REDIS]
hots = "localhost"
port = 70000
db = "0"
password = 12345
socket_timeout = 0
retry_on_timeout = "yes"
POOL = [{ host = "a" }]
prefix = ""
)"),
        ElementsAre(
            "3: SESSION_REDIS.hots is no setting; did you mean host?",
            "4: SESSION_REDIS.port: expected an integer (1 to 65535), found the integer 70000",
            "5: SESSION_REDIS.db: expected an integer (0 or more), found the text \"0\"",
            "6: SESSION_REDIS.password: expected text, found an integer",
            "7: SESSION_REDIS.socket_timeout: expected seconds (up to 3600), found the integer 0",
            "8: SESSION_REDIS.retry_on_timeout: expected true or false, found the text \"yes\"",
            "9: SESSION_REDIS.POOL: django-redis-sessions asks localhost:6379 whatever it says; "
            "set `host` and `port`"
        )
    );
}

TEST_F(SettingsProblems, OfSettingsWithOneValueOnlySayWhich) {
    EXPECT_THAT(
        problems_of("[REST_FRAMEWORK]\nEXCEPTION_HANDLER = \"site.handler\"\n"),
        ElementsAre("2: REST_FRAMEWORK.EXCEPTION_HANDLER: expected "
                    "\"rest_framework.views.exception_handler\", the only value here, found "
                    "the text \"site.handler\"")
    );
}

TEST_F(SettingsProblems, CoverACacheThatSessionsNeedAndThatIsNotThere) {
    EXPECT_THAT(
        problems_of("SESSION_ENGINE = "
                    "\"django.contrib.sessions.backends.cache\"\nSESSION_CACHE_ALIAS = \"defalt\"\n"
        ),
        ElementsAre(
            "2: SESSION_CACHE_ALIAS: there is no cache \"defalt\" in CACHES; did you mean default?"
        )
    );
}

TEST_F(SettingsProblems, CoverTablesWhereValuesBelongAndTheReverse) {
    EXPECT_THAT(
        problems_of("REST_FRAMEWORK = 5\nDATABASES = \"x\"\nDEBUG = { a = 1 }\nROUTES = "
                    "{}\nCLASSES = []\nCACHES = { default = 1 }\nTIME_ZONE = 1979-05-27\n"),
        testing::UnorderedElementsAre(
            "5: CLASSES: expected a table of tables, found a list",
            "1: REST_FRAMEWORK: expected a table, found an integer",
            "2: DATABASES: expected a table, found a text",
            "3: DEBUG: expected true or false, found a table",
            "4: ROUTES: expected [[ROUTES]] tables, found a table",
            "6: CACHES.default: expected a table, found an integer",
            "7: TIME_ZONE: expected text (a name of the time zone database), found a date or time"
        )
    );
}

TEST_F(SettingsProblems, CoverKeysTooDeepForAnyTable) {
    std::string deep = "a";
    for (int i = 0; i < 50'000; ++i) {
        deep += ".a";
    }
    EXPECT_THAT(
        problems_of("DEBUG = true\n" + deep + " = 1\n"),
        ElementsAre("2: a key of more than 64 parts")
    );
    EXPECT_THAT(
        problems_of("DEBUG = true\n[" + deep + "]\n"), ElementsAre("2: a key of more than 64 parts")
    );
    EXPECT_THAT(
        problems_of("", {{"DRF_MESSAGES_SESSION_REDIS", "{" + deep + " = 1}"}}),
        ElementsAre(HasSubstr("SESSION_REDIS: expected table"))
    );
}

TEST_F(SettingsProblems, DoNotTakeTheDotsOfTextsForKeys) {
    const std::string dots(500, '.');
    EXPECT_THAT(
        problems_of(
            "# " + dots + "\nSECRET_KEY = \"\\\"" + dots + "\"\nX_FRAME_OPTIONS = '" + dots +
            "'\nSECURE_SSL_HOST = \"\"\"\n" + dots + "\"\"\"\"\nDEBUG = true\n"
        ),
        IsEmpty()
    );
}

TEST_F(SettingsProblems, CoverFilesThatNeverEndAndFoldersInTheirPlace) {
    EXPECT_THAT(
        problems_of("[DATABASES.default]\nPASSWORD_FILE = \"/dev/zero\"\n"),
        ElementsAre("2: DATABASES.default.PASSWORD_FILE: /dev/zero is longer than 64 KiB")
    );
    EXPECT_THAT(
        problems_of("SECRET_KEY_FILE = \".\"\n"), ElementsAre(HasSubstr("is a folder, not a file"))
    );
    EXPECT_THROW(
        try { load("/dev/zero", {}, site_classes); } catch (const SettingsError& error) {
            EXPECT_STREQ(error.what(), "/dev/zero: is longer than 1024 KiB");
            throw;
        },
        SettingsError
    );
}

} // namespace
} // namespace drf_messages::config
