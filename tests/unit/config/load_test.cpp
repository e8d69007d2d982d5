// SPDX-License-Identifier: MIT
#include "unit/config/config_fixture.hpp"

#include <gmock/gmock.h>

namespace drf_messages::config {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

using SettingsFile = ConfigTest;

TEST_F(SettingsFile, IsNotNeeded) {
    const Settings settings = load(std::nullopt, {}, site_classes);
    EXPECT_EQ(settings.message_level, level::INFO);
    EXPECT_EQ(settings.session_cookie_name, "sessionid");
    EXPECT_EQ(settings.database.name, "db.sqlite3");
}

TEST_F(SettingsFile, HoldsDjangosNamesAndValues) {
    const Settings settings = load_text(R"(
SECRET_KEY = "s3cret"
ALLOWED_HOSTS = ["testserver", ".example.com"]
TIME_ZONE = "Asia/Kolkata"
MESSAGE_LEVEL = 40
SESSION_COOKIE_AGE = 3153600000
SESSION_COOKIE_DOMAIN = ""
SESSION_COOKIE_SAMESITE = false
SECURE_PROXY_SSL_HEADER = ["HTTP_X_FORWARDED_PROTO", "https"]
SECURE_REFERRER_POLICY = ["no-referrer", "same-origin"]
MESSAGES_DELETE_READ = true
MESSAGES_FILTER_LOOKUPS = true
MESSAGES_EXTENSIONS = ["stream", "read_state"]
MESSAGES_MARK_ON_LIST = false
CORS_ALLOWED_ORIGINS = ["https://app.example.com", "http://[::1]:5173", "null"]
[LIVE]
POLL_INTERVAL = 0.01
HISTORY = "36h"
RETRY = [0.5, 5]
[REST_FRAMEWORK]
DEFAULT_PAGINATION_CLASS = "rest_framework.pagination.LimitOffsetPagination"
PAGE_SIZE = 20
URL_FORMAT_OVERRIDE = ""
DEFAULT_THROTTLE_RATES = { anon = "2/day", user = "" }
ALLOWED_VERSIONS = ["1.0"]
[SERVER]
BIND = ["127.0.0.1:0", "unix:/run/m.sock", "[::1]:8000"]
KEEP_ALIVE_TIMEOUT = 5
STATEMENT_TIMEOUT = 2
SLOW_STATEMENT = 0.25
)");
    EXPECT_EQ(settings.secret_key, "s3cret");
    EXPECT_THAT(settings.allowed_hosts, ElementsAre("testserver", ".example.com"));
    EXPECT_EQ(settings.time_zone, "Asia/Kolkata");
    EXPECT_EQ(settings.message_level, 40);
    EXPECT_EQ(settings.session_cookie_age, seconds(3'153'600'000));
    EXPECT_EQ(settings.session_cookie_domain, std::nullopt);
    EXPECT_EQ(settings.session_cookie_samesite, std::nullopt);
    EXPECT_EQ(
        settings.secure_proxy_ssl_header,
        std::pair(std::string("HTTP_X_FORWARDED_PROTO"), std::string("https"))
    );
    EXPECT_EQ(settings.secure_referrer_policy, "no-referrer,same-origin");
    EXPECT_TRUE(settings.messages_delete_read);
    EXPECT_TRUE(settings.messages_filter_lookups);
    EXPECT_TRUE(settings.messages_extensions.read_state);
    EXPECT_FALSE(settings.messages_extensions.sync);
    EXPECT_TRUE(settings.messages_extensions.stream);
    EXPECT_TRUE(settings.messages_extensions.need_feed());
    EXPECT_FALSE(settings.messages_mark_on_list);
    EXPECT_THAT(settings.cors_allowed_origins, SizeIs(3));
    EXPECT_EQ(settings.live.poll_interval, std::chrono::milliseconds(10));
    EXPECT_EQ(settings.live.history, std::chrono::hours(36));
    EXPECT_EQ(settings.live.retry, std::pair(0.5, 5.0));
    EXPECT_EQ(
        settings.rest_framework.default_pagination_class,
        "rest_framework.pagination.LimitOffsetPagination"
    );
    EXPECT_EQ(settings.rest_framework.page_size, 20);
    EXPECT_EQ(settings.rest_framework.url_format_override, std::nullopt);
    EXPECT_THAT(
        settings.rest_framework.default_throttle_rates,
        ElementsAre(Pair("anon", "2/day"), Pair("user", std::nullopt))
    );
    EXPECT_THAT(*settings.rest_framework.allowed_versions, ElementsAre("1.0"));
    EXPECT_EQ(settings.server.bind.size(), 3u);
    EXPECT_EQ(settings.server.keep_alive_timeout, seconds(5));
    EXPECT_EQ(settings.server.statement_timeout, seconds(2));
    EXPECT_EQ(settings.server.slow_statement, std::chrono::milliseconds(250));
}

TEST_F(SettingsFile, OverlaysDjangosTagsInTheOrderOfAPythonDictionary) {
    const Settings settings = load_text("[MESSAGE_TAGS]\n\"50\" = \"critical\"\n\"-7\" = "
                                        "\"nothing\"\n\"40\" = \"danger\"\n\"20\" = \"\"\n");
    EXPECT_THAT(
        settings.level_tags,
        ElementsAre(
            Pair(10, "debug"),
            Pair(20, ""),
            Pair(25, "success"),
            Pair(30, "warning"),
            Pair(40, "danger"),
            Pair(50, "critical"),
            Pair(-7, "nothing")
        )
    );
}

TEST_F(SettingsFile, ReadsCachesWhetherTheirLocationIsTextOrAList) {
    const Settings settings = load_text(R"(
[CACHES]
"default" = {"BACKEND" = "django_redis.cache.RedisCache", "LOCATION" = "redis://127.0.0.1:6379/1", "KEY_PREFIX" = "site", "VERSION" = 3}
other = { LOCATION = ["a", "b"], TIMEOUT = "" }
)");
    const CacheSettings& cache = settings.caches.at("default");
    EXPECT_EQ(cache.backend, "django_redis.cache.RedisCache");
    EXPECT_THAT(cache.location, ElementsAre("redis://127.0.0.1:6379/1"));
    EXPECT_EQ(cache.key_prefix, "site");
    EXPECT_EQ(cache.version, 3);
    EXPECT_EQ(cache.timeout, seconds(300));
    EXPECT_THAT(settings.caches.at("other").location, ElementsAre("a", "b"));
    EXPECT_EQ(settings.caches.at("other").timeout, std::nullopt);
}

TEST_F(SettingsFile, ReadsRoutesInOrder) {
    const Settings settings = load_text(R"(
[[ROUTES]]
route = "^(?P<version>(v1|v2))/messages/"
regex = true
include = "drf_messages.urls"
namespace = "a"
[[ROUTES]]
route = "api/"
router = "DefaultRouter"
router_kwargs = { trailing_slash = false }
register = [{"prefix" = "messages", "viewset" = "drf_messages.views.MessagesViewSet", "basename" = "messages"}]
)");
    ASSERT_EQ(settings.routes.size(), 2u);
    EXPECT_TRUE(settings.routes[0].regex);
    EXPECT_EQ(settings.routes[0].include, "drf_messages.urls");
    EXPECT_EQ(settings.routes[0].name_space, "a");
    EXPECT_EQ(settings.routes[1].router, "DefaultRouter");
    EXPECT_EQ(std::get<bool>(settings.routes[1].router_kwargs.at("trailing_slash").value), false);
    ASSERT_EQ(settings.routes[1].registrations.size(), 1u);
    EXPECT_EQ(settings.routes[1].registrations[0].basename, "messages");
}

TEST_F(SettingsFile, DeclaresSubclassesAsData) {
    const Settings settings = load_text(R"(
[REST_FRAMEWORK]
DEFAULT_PAGINATION_CLASS = "site.Smaller"
[CLASSES."site.Smaller"]
base = "site.Pages"
page_size = 1
[CLASSES."site.Pages"]
base = "rest_framework.pagination.PageNumberPagination"
page_size = 2
max_page_size = ""
last_page_strings = ["last", "end"]
)");
    EXPECT_EQ(settings.classes.at("site.Smaller").base, "site.Pages");
    const auto& attributes = settings.classes.at("site.Pages").attributes;
    EXPECT_EQ(std::get<std::int64_t>(attributes.at("page_size").value), 2);
    EXPECT_TRUE(std::holds_alternative<std::monostate>(attributes.at("max_page_size").value));
    EXPECT_EQ(std::get<SettingValue::Array>(attributes.at("last_page_strings").value).size(), 2u);
    EXPECT_EQ(attributes.count("base"), 0u);
}

TEST_F(SettingsFile, AcceptsWhatADjangoSiteHasBesides) {
    EXPECT_THAT(
        problems_of(R"(
ROOT_URLCONF = "site.urls"
TEMPLATES = [{ BACKEND = "django.template.backends.django.DjangoTemplates" }]
LANGUAGES_BIDI = ["he"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FILTERS_NULL_CHOICE_VALUE = "null"
SIGNING_BACKEND = "django.core.signing.TimestampSigner"
[LOGGING]
version = 1
[REST_FRAMEWORK]
DEFAULT_SCHEMA_CLASS = "rest_framework.schemas.openapi.AutoSchema"
[DATABASES.default]
ATOMIC_REQUESTS = true
[DATABASES.replica]
ENGINE = "django.db.backends.oracle"
)"),
        IsEmpty()
    );
}

TEST_F(SettingsFile, HasLanguagesAsDjangoHasThem) {
    const Settings settings = load_text(R"(
LANGUAGES = [["en", "English"], "de", ["pt-br", "português"]]
LOCALE_FILE = "settings.locale.json"
DATE_INPUT_FORMATS = ["%d.%m.%Y", "%n"]
DATETIME_INPUT_FORMATS = []
)");
    EXPECT_EQ(settings.languages, (std::vector<std::string>{"en", "de", "pt-br"}));
    EXPECT_EQ(settings.locale_file, (folder() / "settings.locale.json").string());
    EXPECT_EQ(settings.date_input_formats->size(), 2U);
    EXPECT_TRUE(settings.datetime_input_formats->empty());
    const Settings unset = load_text("LANGUAGES = \"\"\nLOCALE_FILE = \"\"\nUSE_L10N = \"\"\n");
    EXPECT_EQ(unset.languages, std::nullopt);
    EXPECT_EQ(unset.locale_file, std::nullopt);
    EXPECT_EQ(unset.use_l10n, std::nullopt);
}

TEST_F(SettingsFile, HasTemplatesAsDjangoHasThem) {
    const Settings settings = load_text(R"(
STATIC_URL = "/files/"
[[TEMPLATES]]
BACKEND = "django.template.backends.django.DjangoTemplates"
DIRS = ["templates", "/srv/templates"]
APP_DIRS = true
[TEMPLATES.OPTIONS]
context_processors = ["django.contrib.messages.context_processors.messages"]
[[TEMPLATES]]
BACKEND = "django.template.backends.jinja2.Jinja2"
)");
    ASSERT_EQ(settings.templates.size(), 2U);
    const TemplateSettings& first = settings.templates.front();
    EXPECT_EQ(
        first.dirs, (std::vector<std::string>{(folder() / "templates").string(), "/srv/templates"})
    );
    EXPECT_EQ(first.others.count("OPTIONS"), 1U);
    EXPECT_EQ(settings.templates.back().backend, "django.template.backends.jinja2.Jinja2");
    EXPECT_EQ(settings.static_url, "/files/");
    EXPECT_EQ(load_text("STATIC_URL = \"\"").static_url, std::nullopt);
}

TEST_F(SettingsFile, NamesWhatIsWrongWithTemplates) {
    EXPECT_THAT(
        problems_of("TEMPLATES = [{ DIR = [] }]"),
        ElementsAre(HasSubstr("TEMPLATES.DIR is no setting; did you mean DIRS?"))
    );
    EXPECT_THAT(
        problems_of("TEMPLATES = [{ DIRS = \"templates\" }]"),
        ElementsAre(HasSubstr("TEMPLATES.DIRS: expected list of texts"))
    );
    EXPECT_THAT(
        problems_of("STATIC_URL = \"/static\""), ElementsAre(HasSubstr("STATIC_URL: expected text"))
    );
}

TEST_F(SettingsFile, CountsRelativeFilesFromItsFolder) {
    const Settings settings = load_text(
        "SESSION_FILE_PATH = \"sessions\"\n[DATABASES.default]\nNAME = \"data/m.sqlite3\"\n"
    );
    EXPECT_EQ(settings.database.name, (folder() / "data/m.sqlite3").string());
    EXPECT_EQ(settings.session_file_path, (folder() / "sessions").string());
    EXPECT_EQ(load_text("").database.name, (folder() / "db.sqlite3").string());
    EXPECT_EQ(load_text("[DATABASES.default]\nNAME = \":memory:\"\n").database.name, ":memory:");
    for (const auto& [uri, resolved] : std::vector<std::pair<std::string, std::string>>{
             {"file:m.sqlite3", "file:" + folder().string() + "/m.sqlite3"},
             {"file:a%20b/../m?mode=rw&nolock=1#x",
              "file:" + folder().string() + "/m?mode=rw&nolock=1"},
             {"file:///srv/m%23.sqlite3", "file:/srv/m%23.sqlite3"},
             {"file:m?mode=memory&cache=shared", "file:m?mode=memory&cache=shared"}}) {
        EXPECT_EQ(
            load_text("[DATABASES.default]\nNAME = \"" + uri + "\"\n").database.name, resolved
        );
    }
}

TEST_F(SettingsFile, TakesSecretsFromFilesOfTheirOwn) {
    write("key", "from a file\n");
    write("db", "p4ss");
    const Settings settings =
        load_text("SECRET_KEY_FILE = \"key\"\n[DATABASES.default]\nPASSWORD_FILE = \"db\"\n");
    EXPECT_EQ(settings.secret_key, "from a file");
    EXPECT_EQ(settings.database.password, "p4ss");

    EXPECT_THAT(
        problems_of("SECRET_KEY_FILE = \"nowhere\"\n"), ElementsAre(HasSubstr("cannot be read"))
    );
    EXPECT_THAT(
        problems_of("SECRET_KEY = \"a\"\nSECRET_KEY_FILE = \"key\"\n"),
        ElementsAre("2: both SECRET_KEY and SECRET_KEY_FILE are set")
    );
}

TEST_F(SettingsFile, ThatIsMissingIsNamed) {
    try {
        load((folder() / "none.toml").string(), {}, site_classes);
        FAIL();
    } catch (const SettingsError& error) {
        EXPECT_THAT(error.what(), HasSubstr("none.toml: cannot be read: No such file"));
    }
    EXPECT_THROW(load(folder().string(), {}, site_classes), SettingsError);
}

TEST_F(SettingsFile, ShowsWhereItIsNoToml) {
    EXPECT_THAT(
        problems_of("DEBUG = true\nMESSAGE_LEVEL = = 5\n"),
        ElementsAre(testing::StartsWith("2:17: no valid TOML: "))
    );
}

} // namespace
} // namespace drf_messages::config
