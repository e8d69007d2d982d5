// SPDX-License-Identifier: MIT
#include "config/setting.hpp"
#include "support/repository.hpp"
#include "unit/config/config_fixture.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <functional>
#include <iterator>
#include <sstream>
#include <vector>

namespace drf_messages::config {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string repository_file(const std::string& name) {
    std::ifstream file(test::repository_path(name));
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

using SettingsDescription = ConfigTest;

TEST_F(SettingsDescription, IsReadBackAsTheSameSettings) {
    const Settings settings = load_text(R"(
DEBUG = true
SESSION_COOKIE_SAMESITE = false
SECURE_PROXY_SSL_HEADER = ["HTTP_X_FORWARDED_PROTO", "https"]
X_FRAME_OPTIONS = "SAME\u0022ORIGIN"
[MESSAGE_TAGS]
"50" = "критично <b>"
"-7" = "nothing"
[REST_FRAMEWORK]
PAGE_SIZE = 3
DEFAULT_PAGINATION_CLASS = "site.Pages"
DEFAULT_THROTTLE_RATES = { anon = "" }
[CACHES.other]
TIMEOUT = ""
LOCATION = ["a", "b"]
OPTIONS = { MAX_ENTRIES = 5 }
[[ROUTES]]
route = "a/"
include = "drf_messages.urls"
namespace = "a"
[[ROUTES]]
route = "api/"
router = "SimpleRouter"
router_kwargs = { trailing_slash = false }
register = [{prefix = "m", viewset = "drf_messages.views.MessagesViewSet", basename = "m"}]
[CLASSES."site.Pages"]
base = "rest_framework.pagination.PageNumberPagination"
page_size = 2
last_page_strings = ["last"]
max_page_size = ""
[DATABASES.default.OPTIONS]
timeout = 20
)");
    const std::string text = describe(settings);
    const Settings again = load_text(text);
    EXPECT_EQ(describe(again), text);
    EXPECT_TRUE(again.debug);
    EXPECT_EQ(again.level_tags, settings.level_tags);
    EXPECT_EQ(again.routes.size(), 2u);
    EXPECT_EQ(again.x_frame_options, "SAME\"ORIGIN");
    EXPECT_EQ(again.caches.at("other").timeout, std::nullopt);
    EXPECT_EQ(again.classes.at("site.Pages").attributes.size(), 3u);
}

TEST_F(SettingsDescription, OfAnswersIsTheSameForAllServersOfASite) {
    Settings settings;
    const std::string text = describe_answers(settings);
    settings.secret_key = "another";
    settings.server.bind = {"0.0.0.0:80"};
    settings.live.heartbeat = std::chrono::seconds(1);
    settings.database.host = "db2";
    settings.caches["default"].location = {"redis://cache2"};
    EXPECT_EQ(describe_answers(settings), text);
    for (const auto& change : std::vector<std::function<void(Settings&)>>{
             [](Settings& other) { other.time_zone = "Asia/Tokyo"; },
             [](Settings& other) { other.database.time_zone = "Asia/Tokyo"; },
             [](Settings& other) { other.messages_mark_on_list = false; },
             [](Settings& other) { other.level_tags.emplace_back(99, "own"); },
             [](Settings& other) { other.rest_framework.page_size = 7; },
             [](Settings& other) { other.django_version = "5.2"; },
             [](Settings& other) { other.classes["site.Pages"].base = "a.B"; },
         }) {
        Settings other;
        change(other);
        EXPECT_NE(describe_answers(other), text);
    }
}

TEST_F(SettingsDescription, ShowsEverySettingOfTheTable) {
    const std::string text = describe(Settings{});
    EXPECT_THAT(text, HasSubstr("SESSION_COOKIE_AGE = 1209600\n"));
    EXPECT_THAT(text, HasSubstr("\n[SERVER]\nBIND = [\"127.0.0.1:8000\"]\n"));
    for (const Setting& setting : setting_table()) {
        const auto name = setting.words.name;
        if (setting.write) {
            EXPECT_THAT(text, HasSubstr(std::string(name.substr(name.rfind('.') + 1)))) << name;
        }
    }
}

TEST_F(SettingsDescription, ShowsWhatTheReleaseDoesWhereNothingIsSet) {
    const auto shown = [this](const std::string& text) { return describe(load_text(text)); };
    const std::string old = shown("");
    EXPECT_THAT(old, HasSubstr("\nSECURE_CROSS_ORIGIN_OPENER_POLICY = \"\"\n"));
    EXPECT_THAT(old, HasSubstr("\nCSRF_CHECK_ORIGIN = false\n"));
    const std::string now = shown("DJANGO_VERSION = \"4.0\"\n");
    EXPECT_THAT(now, HasSubstr("\nSECURE_CROSS_ORIGIN_OPENER_POLICY = \"same-origin\"\n"));
    EXPECT_THAT(now, HasSubstr("\nCSRF_CHECK_ORIGIN = true\n"));
    EXPECT_THAT(old, HasSubstr("\nUSE_L10N = false\n"));
    EXPECT_THAT(now, HasSubstr("\nUSE_L10N = true\n"));
    const std::string set = shown(R"(
DJANGO_VERSION = "4.0"
SECURE_CROSS_ORIGIN_OPENER_POLICY = ""
CSRF_CHECK_ORIGIN = false
)");
    EXPECT_THAT(set, HasSubstr("\nSECURE_CROSS_ORIGIN_OPENER_POLICY = \"\"\n"));
    EXPECT_THAT(set, HasSubstr("\nCSRF_CHECK_ORIGIN = false\n"));
    EXPECT_EQ(shown(set), set);
}

TEST_F(SettingsDescription, MasksSecrets) {
    const std::string text = describe(load_text(R"(
SECRET_KEY = "topsecret1"
SECRET_KEY_FALLBACKS = ["topsecret2"]
SESSION_REDIS = { host = "h", password = "topsecret3", url = "redis://:topsecret4@h/0" }
[DATABASES.default]
PASSWORD = "topsecret5"
OPTIONS = { passwd = "topsecret6" }
[CACHES.default]
LOCATION = "redis://user:topsecret7@cache:6379/1"
OPTIONS = { PASSWORD = "topsecret8", CONNECTION_POOL_KWARGS = { password = "topsecret9" }, OTHER = "a=b password=topsecret" }
[CACHES.other]
LOCATION = "unix://:top@secret@/run/redis.sock?db=1&password=topsecret&timeout=2,redis://:topsecret@h"
[CACHES.odd]
LOCATION = ["redis://:,;?topsecret/@h/1", "redis://h?password=topsecret,2"]
)"));
    EXPECT_THAT(text, Not(HasSubstr("topsecret")));
    EXPECT_THAT(text, HasSubstr("SECRET_KEY = \"********\""));
    EXPECT_THAT(text, HasSubstr("redis://user:********@cache:6379/1"));
    EXPECT_THAT(text, HasSubstr("host = \"h\""));
    EXPECT_THAT(
        text,
        HasSubstr("\"unix://:********@/run/redis.sock?db=1&password=********&timeout=2,"
                  "redis://:********@h\"")
    );
}

TEST_F(SettingsDescription, OfNoSecretShowsThatThereIsNone) {
    EXPECT_THAT(describe(Settings{}), HasSubstr("SECRET_KEY = \"\"\nSECRET_KEY_FALLBACKS = []\n"));
}

TEST_F(SettingsDescription, IsWhatTheDocumentationHolds) {
    EXPECT_THAT(repository_file("docs/settings.md"), HasSubstr(reference()))
        << "docs/settings.md is out of date; `drf-messages settings --reference` prints its tables";
    EXPECT_EQ(repository_file("docs/settings.sample.toml"), sample())
        << "docs/settings.sample.toml is out of date; `drf-messages settings --sample` prints it";
}

TEST_F(SettingsDescription, OfTheSampleIsThatOfTheDefaults) {
    const std::string text = repository_file("docs/settings.sample.toml");
    Settings expected = load_text("");
    EXPECT_EQ(describe(load_text(text)), describe(expected));

    std::istringstream lines(text);
    std::string uncommented;
    for (std::string line; std::getline(lines, line);) {
        const bool is_default = line.size() > 1 && line[0] == '#' && line[1] != ' ';
        uncommented += (is_default ? line.substr(1) : line) + "\n";
    }
    EXPECT_EQ(describe(load_text(uncommented)), describe(expected));
}

TEST_F(SettingsDescription, HasExamplesThatLoad) {
    write("secret_key", "x");
    for (const Setting& setting : setting_table()) {
        if (setting.words.name.ends_with("_FILE")) {
            continue;
        }
        const std::string line =
            std::string(setting.words.name) + " = " + std::string(setting.words.example) + "\n";
        EXPECT_THAT(problems_of(line), testing::IsEmpty()) << line;
    }
}

} // namespace
} // namespace drf_messages::config
