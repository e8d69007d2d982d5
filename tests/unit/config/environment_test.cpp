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
            "DRF_MESSAGES_MESSAGE_LEVL: MESSAGE_LEVL is no setting; did you mean MESSAGE_LEVEL?",
            "DRF_MESSAGES_REST_FRAMEWORK__PAGE_SIZ: REST_FRAMEWORK.PAGE_SIZ is no setting; did you "
            "mean REST_FRAMEWORK.PAGE_SIZE?"
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
