// SPDX-License-Identifier: MIT
#include "unit/config/config_fixture.hpp"

#include <gmock/gmock.h>

namespace drf_messages::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using SettingsEnvironment = ConfigTest;

TEST_F(SettingsEnvironment, GoesBeforeTheFile) {
    const Settings settings = load_text(
        "MESSAGE_LEVEL = 20\n[REST_FRAMEWORK]\nPAGE_SIZE = 5\nSEARCH_PARAM = \"q\"\n",
        {{"DRF_MESSAGES_MESSAGE_LEVEL", "30"},
         {"DRF_MESSAGES_REST_FRAMEWORK__PAGE_SIZE", "7"},
         {"DRF_MESSAGES_DATABASES__DEFAULT__NAME", "/tmp/other.sqlite3"},
         {"DRF_MESSAGES_ALLOWED_HOSTS", "[\"a\", \"b\"]"},
         {"DRF_MESSAGES_MESSAGE_TAGS__50", "critical"},
         {"DRF_MESSAGES_REST_FRAMEWORK__DEFAULT_THROTTLE_RATES__ANON", "2/day"},
         {"UNRELATED", "1"}}
    );
    EXPECT_EQ(settings.message_level, 30);
    EXPECT_EQ(settings.rest_framework.page_size, 7);
    EXPECT_EQ(settings.rest_framework.search_param, "q");
    EXPECT_EQ(settings.database.name, "/tmp/other.sqlite3");
    EXPECT_THAT(settings.allowed_hosts, ElementsAre("a", "b"));
    EXPECT_EQ(settings.level_tags.back(), std::pair(50, std::string("critical")));
    EXPECT_EQ(settings.rest_framework.default_throttle_rates.at("anon"), "2/day");
}

TEST_F(SettingsEnvironment, MayHoldPlainTextWhereTextIsExpected) {
    for (const char* key :
         {"plain", "12345", "true", "1979-05-27", "\"half", "a = b", "[x", "{}", "# no comment"}) {
        EXPECT_EQ(load_text("", {{"DRF_MESSAGES_SECRET_KEY", key}}).secret_key, key);
    }
    EXPECT_EQ(load_text("", {{"DRF_MESSAGES_SECRET_KEY", "\"quoted\""}}).secret_key, "quoted");
    EXPECT_EQ(
        load_text("", {{"DRF_MESSAGES_DATABASES__DEFAULT__PASSWORD", "00123"}}).database.password,
        "00123"
    );
    EXPECT_EQ(
        load_text("", {{"DRF_MESSAGES_TIME_ZONE", "Europe/Berlin"}}).time_zone, "Europe/Berlin"
    );
    EXPECT_EQ(
        load_text(
            "SESSION_COOKIE_DOMAIN = \"x\"", {{"DRF_MESSAGES_SESSION_COOKIE_DOMAIN", ""}}
        ).session_cookie_domain,
        std::nullopt
    );
}

TEST_F(SettingsEnvironment, IsNamedInProblems) {
    EXPECT_THAT(
        problems_of(
            "",
            {{"DRF_MESSAGES_MESSAGE_LEVL", "30"},
             {"DRF_MESSAGES_MESSAGE_LEVEL", "info"},
             {"DRF_MESSAGES_REST_FRAMEWORK__PAGE_SIZ", "3"},
             {"DRF_MESSAGES_SETTINGS", "a file"},
             {"DRF_MESSAGES_SUPERUSER_PASSWORD", "pw"}}
        ),
        testing::UnorderedElementsAre(
            "DRF_MESSAGES_MESSAGE_LEVEL: MESSAGE_LEVEL: expected integer, found the text \"info\"",
            "DRF_MESSAGES_MESSAGE_LEVL: MESSAGE_LEVL is no setting; did you mean "
            "DRF_MESSAGES_MESSAGE_LEVEL?",
            "DRF_MESSAGES_REST_FRAMEWORK__PAGE_SIZ: REST_FRAMEWORK.PAGE_SIZ is no setting; did you "
            "mean DRF_MESSAGES_REST_FRAMEWORK__PAGE_SIZE?"
        )
    );
}

/// What Kubernetes sets for a Service of that name, in a pod of its namespace.
Environment of_kubernetes(const std::string& service) {
    const std::string name = "DRF_MESSAGES" + service;
    return {
        {name + "_SERVICE_HOST", "10.96.0.7"},
        {name + "_SERVICE_PORT", "8000"},
        {name + "_SERVICE_PORT_HTTP_WEB", "8000"},
        {name + "_PORT", "tcp://10.96.0.7:8000"},
        {name + "_PORT_8000_TCP", "tcp://[fd00::7]:8000"},
        {name + "_PORT_8000_TCP_PROTO", "tcp"},
        {name + "_PORT_8000_TCP_PORT", "8000"},
        {name + "_PORT_8000_TCP_ADDR", "fd00::7"},
        {name + "_PORT_53_UDP", "udp://10.96.0.7:53"},
        {name + "_PORT_9_SCTP_PROTO", "sctp"},
    };
}

TEST_F(SettingsEnvironment, PassesOverWhatKubernetesSetsForServices) {
    for (const char* service :
         {"",
          "_POSTGRESQL",
          "_DATABASES_DEFAULT",
          "_DATABASES__DEFAULT",
          "_SETTINGS",
          "_SERVER_BIND",
          "_USE_X_FORWARDED",
          "_PORT",
          "_8000"}) {
        EXPECT_EQ(load_text("", of_kubernetes(service)).database.port, "") << service;
    }
}

TEST_F(SettingsEnvironment, PassesOverWhatDockerSetsForLinks) {
    const Settings settings = load_text(
        "",
        {{"DRF_MESSAGES_DB_NAME", "/web/drf-messages-db"},
         {"DRF_MESSAGES_DB_PORT", "tcp://172.17.0.5:5432"},
         {"DRF_MESSAGES_DB_PORT_5432_TCP", "tcp://172.17.0.5:5432"},
         {"DRF_MESSAGES_DB_PORT_5000_TCP_START", "tcp://172.17.0.5:5000"},
         {"DRF_MESSAGES_DB_PORT_5000_TCP_PORT_END", "5003"},
         {"DRF_MESSAGES_DB_ENV_POSTGRES_PASSWORD", "secret"},
         {"DRF_MESSAGES_FORCE_SCRIPT_NAME", "/web/db"}}
    );
    EXPECT_EQ(settings.force_script_name, "/web/db");
}

TEST_F(SettingsEnvironment, TellsServicesAndSettingsApart) {
    const Settings settings = load_text(
        "",
        {{"DRF_MESSAGES_DATABASES__default__PORT", "5432"},
         {"DRF_MESSAGES_DATABASES__DEFAULT_PORT", "tcp://10.96.0.7:5432"},
         {"DRF_MESSAGES_USE_X_FORWARDED_PORT", "true"}}
    );
    EXPECT_EQ(settings.database.port, "5432");
    EXPECT_TRUE(settings.use_x_forwarded_port);
    const std::string url = "tcp://10.96.0.7:5432";
    EXPECT_EQ(load_text("", {{"DRF_MESSAGES_DATABASES__DEFAULT__PORT", url}}).database.port, url);
    // What no service is told by is a setting, or a problem.
    for (const auto& [variable, value] : Environment{
             {"DRF_MESSAGES_PORT", "8000"},
             {"DRF_MESSAGES_SERVICE_HOSTS", "10.96.0.7"},
             {"DRF_MESSAGES_SERVER_PORT", "http://10.96.0.7"},
             {"DRF_MESSAGES_PORT_HTTP_TCP", "tcp://10.96.0.7:80"},
             {"DRF_MESSAGES_PORT_80_TCP_PROTOCOL", "tcp"},
             {"DRF_MESSAGES_FORCE_SCRPT_NAME", "/web/db"},
             {"DRF_MESSAGES_Service_Host", "10.96.0.7"}}) {
        EXPECT_EQ(problems_of("", {{variable, value}}).size(), 1U) << variable;
    }
}

TEST_F(SettingsEnvironment, ReplacesASecretOfTheFileByASecretFile) {
    write("key", "from a file");
    const Settings settings = load_text(
        "SECRET_KEY = \"in settings\"\n",
        {{"DRF_MESSAGES_SECRET_KEY_FILE", (folder() / "key").string()}}
    );
    EXPECT_EQ(settings.secret_key, "from a file");
}

TEST_F(SettingsEnvironment, TakesWordsWithCommasForAListOfNames) {
    const Settings settings = load_text(
        "ALLOWED_HOSTS = [\"old\"]\nCSRF_TRUSTED_ORIGINS = [\"https://old\"]\n",
        {{"DRF_MESSAGES_ALLOWED_HOSTS", "example.com, .example.org,*,10"},
         {"DRF_MESSAGES_CSRF_TRUSTED_ORIGINS", ""},
         {"DRF_MESSAGES_SERVER__BIND", "[::]:8000,unix:/run/x.sock"},
         {"DRF_MESSAGES_MESSAGES_EXTENSIONS", "sync,stream"},
         {"DRF_MESSAGES_REST_FRAMEWORK__DEFAULT_PERMISSION_CLASSES",
          "rest_framework.permissions.IsAuthenticated"}}
    );
    EXPECT_THAT(settings.allowed_hosts, ElementsAre("example.com", ".example.org", "*", "10"));
    EXPECT_THAT(settings.csrf_trusted_origins, IsEmpty());
    EXPECT_THAT(settings.server.bind, ElementsAre("[::]:8000", "unix:/run/x.sock"));
    EXPECT_TRUE(settings.messages_extensions.sync && settings.messages_extensions.stream);
    EXPECT_THAT(
        settings.rest_framework.default_permission_classes,
        ElementsAre("rest_framework.permissions.IsAuthenticated")
    );
    // A key and a regular expression may have commas.
    EXPECT_THAT(
        problems_of(
            "",
            {{"DRF_MESSAGES_SECRET_KEY_FALLBACKS", "one,two"},
             {"DRF_MESSAGES_SECURE_REDIRECT_EXEMPT", "^a{1,2}$"},
             {"DRF_MESSAGES_SERVER__BIND", "localhost"}}
        ),
        testing::UnorderedElementsAre(
            testing::HasSubstr("SECRET_KEY_FALLBACKS: expected list of texts, found a text"),
            testing::HasSubstr("SECURE_REDIRECT_EXEMPT: expected list of texts"),
            testing::HasSubstr("SERVER.BIND: expected list of texts")
        )
    );
}

TEST_F(SettingsEnvironment, NamesTheVariableThatMayBeMeant) {
    for (const auto& [variable, meant] : Environment{
             {"DRF_MESSAGES_ALOWED_HOSTS", "DRF_MESSAGES_ALLOWED_HOSTS"},
             {"DRF_MESSAGES_SERVER_BIND", "DRF_MESSAGES_SERVER__BIND"},
             {"DRF_MESSAGES_SERVRE__BIND", "DRF_MESSAGES_SERVER__BIND"},
             {"DRF_MESSAGES_PAGE_SIZE", "DRF_MESSAGES_REST_FRAMEWORK__PAGE_SIZE"},
             {"DRF_MESSAGES_SERVER__TIME_ZONE", "DRF_MESSAGES_TIME_ZONE"},
             {"DRF_MESSAGES_STATEDIR", "DRF_MESSAGES_STATE_DIR"},
             {"DRF_MESSAGES_DATABASE__DEFAULT__PASSWORD",
              "DRF_MESSAGES_DATABASES__DEFAULT__PASSWORD"}}) {
        EXPECT_THAT(
            problems_of("", {{variable, "x"}}),
            ElementsAre(testing::AllOf(
                testing::StartsWith(variable + ": "),
                testing::EndsWith(" is no setting; did you mean " + meant + "?")
            ))
        );
    }
}

TEST_F(SettingsEnvironment, TakesEverySecretFromAFile) {
    const Settings settings = load_text(
        "[CACHES.default]\nBACKEND = \"django_redis.cache.RedisCache\"\n",
        {{"DRF_MESSAGES_SECRET_KEY_FILE", write("key", "a, \"key\" = [1]\r\n")},
         {"DRF_MESSAGES_SECRET_KEY_FALLBACKS_FILE", write("keys", "one,1\ntwo\n")},
         {"DRF_MESSAGES_DATABASES__DEFAULT__PASSWORD_FILE", write("password", "00123")},
         {"DRF_MESSAGES_CACHES__DEFAULT__LOCATION_FILE", write("url", "redis://:x@cache/1\n")},
         {"DRF_MESSAGES_CACHES__DEFAULT__OPTIONS__PASSWORD_FILE", write("redis", "12\n")},
         {"DRF_MESSAGES_SESSION_REDIS__PASSWORD_FILE", write("sessions", "true")},
         {"DRF_MESSAGES_SESSION_REDIS__URL_FILE", ""}}
    );
    EXPECT_EQ(settings.secret_key, "a, \"key\" = [1]");
    EXPECT_THAT(settings.secret_key_fallbacks, ElementsAre("one,1", "two"));
    EXPECT_EQ(settings.database.password, "00123");
    EXPECT_THAT(settings.caches.at("default").location, ElementsAre("redis://:x@cache/1"));
    EXPECT_EQ(
        std::get<std::string>(settings.caches.at("default").options.at("PASSWORD").value), "12"
    );
    EXPECT_EQ(std::get<std::string>(settings.session_redis.at("password").value), "true");
}

TEST_F(SettingsEnvironment, SaysWhichFileOfASecretIsOfNoUse) {
    const std::string empty = write("empty", "\n");
    const std::string missing = (folder() / "missing").string();
    EXPECT_THAT(
        problems_of(
            "",
            {{"DRF_MESSAGES_SECRET_KEY_FILE", empty},
             {"DRF_MESSAGES_SECRET_KEY_FALLBACKS_FILE", empty},
             {"DRF_MESSAGES_CACHES__DEFAULT__LOCATION", "redis://cache/1"},
             {"DRF_MESSAGES_CACHES__DEFAULT__LOCATION_FILE", empty},
             {"DRF_MESSAGES_SESSION_REDIS__PASSWORD_FILE", missing},
             {"DRF_MESSAGES_DATABASES__DEFAULT__PASSWORD", "secret"},
             {"DRF_MESSAGES_DATABASES__DEFAULT__PASSWORD_FILE", missing},
             {"DRF_MESSAGES_TIME_ZONE_FILE", missing}}
        ),
        testing::UnorderedElementsAre(
            "DRF_MESSAGES_SECRET_KEY_FILE: SECRET_KEY_FILE: " + empty + " is empty",
            "DRF_MESSAGES_SECRET_KEY_FALLBACKS_FILE: " + empty + " is empty",
            "DRF_MESSAGES_CACHES__DEFAULT__LOCATION_FILE: both "
            "DRF_MESSAGES_CACHES__DEFAULT__LOCATION and "
            "DRF_MESSAGES_CACHES__DEFAULT__LOCATION_FILE are set",
            "DRF_MESSAGES_SESSION_REDIS__PASSWORD_FILE: " + missing +
                " cannot be read: No such file or directory",
            "DRF_MESSAGES_DATABASES__DEFAULT__PASSWORD_FILE: both PASSWORD and PASSWORD_FILE are "
            "set",
            "DRF_MESSAGES_DATABASES__DEFAULT__PASSWORD_FILE: DATABASES.default.PASSWORD_FILE: " +
                missing + " cannot be read: No such file or directory",
            "DRF_MESSAGES_TIME_ZONE_FILE: TIME_ZONE_FILE is no setting"
        )
    );
}

TEST_F(SettingsEnvironment, KeepsInTheStateFolderWhatNobodyHasNamed) {
    const std::string state = (folder() / "state").string();
    const Environment named{{"DRF_MESSAGES_STATE_DIR", state + "/"}};
    EXPECT_EQ(load_text("", named).database.name, state + "/db.sqlite3");
    EXPECT_EQ(load_text("", named).secret_key, "");

    std::filesystem::create_directory(state);
    write("state/secret_key", "of the folder\n");
    EXPECT_EQ(load_text("SECRET_KEY = \"\"\n", named).secret_key, "of the folder");
    const auto with = [&](const std::string& variable, const std::string& value) {
        Environment more = named;
        more.emplace(variable, value);
        return load_text("", more);
    };
    EXPECT_EQ(with("DRF_MESSAGES_SECRET_KEY", "mine").secret_key, "mine");
    EXPECT_EQ(with("DRF_MESSAGES_SECRET_KEY", "mine").database.name, state + "/db.sqlite3");
    // A key of the folder is for its own database.
    const Settings elsewhere = with("DRF_MESSAGES_DATABASES__DEFAULT__NAME", "/tmp/other.sqlite3");
    EXPECT_EQ(elsewhere.database.name, "/tmp/other.sqlite3");
    EXPECT_EQ(elsewhere.secret_key, "");
}

TEST_F(SettingsEnvironment, CanHoldWholeTables) {
    const Settings settings = load_text(
        "[[ROUTES]]\nroute = \"a/\"\ninclude = \"drf_messages.urls\"\n",
        {{"DRF_MESSAGES_ROUTES", "[{ route = \"b/\", include = \"drf_messages.urls\" }]"},
         {"DRF_MESSAGES_CACHES__DEFAULT__TIMEOUT", "5"},
         {"DRF_MESSAGES_SERVER__BIND", "[\"127.0.0.1:0\"]"}}
    );
    ASSERT_EQ(settings.routes.size(), 1u);
    EXPECT_EQ(settings.routes[0].route, "b/");
    EXPECT_EQ(settings.caches.at("default").timeout, std::chrono::seconds(5));
    EXPECT_THAT(settings.server.bind, ElementsAre("127.0.0.1:0"));
}

TEST_F(SettingsEnvironment, CanNotSmuggleFurtherKeysInBehindALineBreak) {
    EXPECT_EQ(
        load_text("", {{"DRF_MESSAGES_SECRET_KEY", "\"a\"\nDEBUG = true"}}).secret_key,
        "\"a\"\nDEBUG = true"
    );
}

} // namespace
} // namespace drf_messages::config
