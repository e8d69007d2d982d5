// SPDX-License-Identifier: MIT
#include "embed/configuration_problems.hpp"
#include "support/temp_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace drf_messages::embed {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Settings working_settings() {
    Settings settings;
    settings.secret_key = "a-key-of-the-tests";
    return settings;
}

void drop_middleware(Settings& settings, std::string_view part) {
    auto& names = settings.middleware;
    names.erase(
        std::remove_if(
            names.begin(),
            names.end(),
            [&](const std::string& name) { return name.find(part) != std::string::npos; }
        ),
        names.end()
    );
}

SettingValue text(std::string value) {
    return SettingValue{std::move(value)};
}

TEST(ConfigurationProblems, AreNoneInDjangosDefaults) {
    EXPECT_THAT(configuration_problems(working_settings()), IsEmpty());
}

TEST(ConfigurationProblems, AreNoneWithoutSessionsForClientsWithTokens) {
    Settings settings = working_settings();
    drop_middleware(settings, "session");
    drop_middleware(settings, "AuthenticationMiddleware");
    settings.messages_use_sessions = true;
    settings.rest_framework.unauthenticated_user.clear();
    EXPECT_THAT(configuration_problems(settings), IsEmpty());
}

TEST(ConfigurationProblems, NameTheMissingKey) {
    EXPECT_THAT(configuration_problems(Settings()), ElementsAre(HasSubstr("SECRET_KEY")));
}

TEST(ConfigurationProblems, NameTheTemplateThatIsWrong) {
    const test::TempFolder folder;
    std::filesystem::create_directory(folder / "drf_messages");
    std::ofstream(folder / "drf_messages/api.mustache") << "{{#name}}";
    Settings settings = working_settings();
    settings.templates.emplace_back().dirs = {folder.path().string()};
    EXPECT_THAT(
        configuration_problems(settings),
        ElementsAre(AllOf(
            HasSubstr("TEMPLATES: " + (folder / "drf_messages/api.mustache").string()),
            HasSubstr("Unclosed section \"name\"")
        ))
    );
}

TEST(ConfigurationProblems, NameTheSerializerThatTheReleaseDoesNotHave) {
    Settings settings = working_settings();
    settings.session_serializer = "django.contrib.sessions.serializers.PickleSerializer";
    settings.django_version = "4.2.30";
    EXPECT_THAT(configuration_problems(settings), IsEmpty());
    settings.django_version = "5.0";
    EXPECT_THAT(
        configuration_problems(settings),
        ElementsAre(AllOf(HasSubstr("SESSION_SERIALIZER"), HasSubstr("DJANGO_VERSION is 5.0")))
    );
}

TEST(ConfigurationProblems, NameTimeZonesThatAreNotKnownOrNotOfUse) {
    Settings settings = working_settings();
    settings.time_zone = "Europe/Atlantis";
    settings.database.time_zone = "Asia/Atlantis";
    EXPECT_THAT(
        configuration_problems(settings),
        ElementsAre(
            "TIME_ZONE: there is no time zone Europe/Atlantis",
            "DATABASES.default.TIME_ZONE: there is no time zone Asia/Atlantis"
        )
    );
    settings.time_zone = "Europe/Berlin";
    settings.database.time_zone = "Asia/Tokyo";
    EXPECT_THAT(configuration_problems(settings), IsEmpty());
    settings.use_tz = false;
    EXPECT_THAT(
        configuration_problems(settings),
        ElementsAre("DATABASES.default.TIME_ZONE: cannot be set because USE_TZ is false")
    );
    settings.database.time_zone.clear();
    EXPECT_THAT(configuration_problems(settings), IsEmpty());
}

TEST(ConfigurationProblems, NameMiddlewareThatIsMissingUnknownOrTooLate) {
    Settings settings = working_settings();
    drop_middleware(settings, "MessageMiddleware");
    EXPECT_THAT(configuration_problems(settings), ElementsAre(HasSubstr("MessageMiddleware")));

    settings = working_settings();
    drop_middleware(settings, "SessionMiddleware");
    EXPECT_THAT(
        configuration_problems(settings),
        ElementsAre(AllOf(HasSubstr("AuthenticationMiddleware"), HasSubstr("SessionMiddleware")))
    );

    settings = working_settings();
    std::reverse(settings.middleware.begin(), settings.middleware.end());
    settings.csrf_use_sessions = true;
    EXPECT_THAT(
        configuration_problems(settings),
        ElementsAre(HasSubstr("AuthenticationMiddleware"), HasSubstr("CsrfViewMiddleware"))
    );

    settings = working_settings();
    settings.middleware.emplace_back("site.Middleware");
    EXPECT_THAT(configuration_problems(settings), ElementsAre(HasSubstr("site.Middleware")));
}

TEST(ConfigurationProblems, NameTheSessionThatMessagesNeed) {
    const std::string storages = "django.contrib.messages.storage.";
    const std::string sessions = "django.contrib.sessions.middleware.SessionMiddleware";
    const std::string messages = "django.contrib.messages.middleware.MessageMiddleware";
    for (const char* storage : {"session.SessionStorage", "fallback.FallbackStorage"}) {
        Settings settings = working_settings();
        settings.message_storage = storages + storage;
        EXPECT_THAT(configuration_problems(settings), testing::IsEmpty());
        for (const auto& middleware :
             {std::vector<std::string>{messages}, std::vector<std::string>{messages, sessions}}) {
            settings.middleware = middleware;
            settings.routes.clear();
            EXPECT_THAT(configuration_problems(settings), Contains(HasSubstr(storage)));
            settings.message_storage = storages + "cookie.CookieStorage";
            EXPECT_THAT(
                configuration_problems(settings), testing::Not(Contains(HasSubstr("STORAGE")))
            );
            settings.message_storage = storages + storage;
        }
    }
}

TEST(ConfigurationProblems, NameWhatThisBuildDoesNotHaveAllAtOnce) {
    Settings settings = working_settings();
    settings.message_storage = "site.storage.Storage";
    settings.database.engine = "django.db.backends.oracle";
    settings.session_engine = "site.sessions.SessionStore";
    settings.caches["default"].backend = "site.caches.Cache";
    EXPECT_THAT(
        configuration_problems(settings),
        ElementsAre(
            HasSubstr("site.storage.Storage"),
            HasSubstr("oracle"),
            HasSubstr("site.sessions.SessionStore"),
            AllOf(HasSubstr("CACHES.default"), HasSubstr("site.caches.Cache"))
        )
    );
}

TEST(ConfigurationProblems, NameARateThatIsMissingOrUnreadable) {
    Settings settings = working_settings();
    auto& rest = settings.rest_framework;
    rest.default_throttle_classes = {
        "rest_framework.throttling.AnonRateThrottle", "rest_framework.throttling.UserRateThrottle"};
    EXPECT_THAT(configuration_problems(settings), IsEmpty());
    rest.default_throttle_rates = {{"anon", "10/day"}};
    EXPECT_THAT(configuration_problems(settings), ElementsAre(HasSubstr("\"user\"")));
    for (const char* rate : {"10", "x/day", "10/", "10/year", "/day", "1/2/day", "-1/day"}) {
        rest.default_throttle_rates = {{"anon", std::string(rate)}, {"user", std::nullopt}};
        EXPECT_THAT(configuration_problems(settings), ElementsAre(HasSubstr("is no rate"))) << rate;
    }
}

TEST(ConfigurationProblems, KnowTheRatesAndScopesOfDerivedClasses) {
    Settings settings = working_settings();
    auto& rest = settings.rest_framework;
    settings.classes["site.Burst"] = {
        "rest_framework.throttling.UserRateThrottle", {{"scope", text("burst")}}};
    settings.classes["site.Fixed"] = {"site.Burst", {{"rate", text("2/min")}}};
    rest.default_throttle_classes = {"site.Fixed"};
    EXPECT_THAT(configuration_problems(settings), IsEmpty());
    rest.default_throttle_classes = {"site.Burst"};
    EXPECT_THAT(configuration_problems(settings), ElementsAre(HasSubstr("\"burst\"")));
    rest.default_throttle_rates["burst"] = "2/min";
    EXPECT_THAT(configuration_problems(settings), IsEmpty());

    rest.default_throttle_classes = {"rest_framework.throttling.ScopedRateThrottle"};
    settings.classes["site.Messages"] = {
        "drf_messages.views.MessagesViewSet", {{"throttle_scope", text("messages")}}};
    RouteSettings route;
    route.router = "DefaultRouter";
    route.registrations = {{"messages", "site.Messages", "messages"}};
    settings.routes = {route};
    EXPECT_THAT(configuration_problems(settings), ElementsAre(HasSubstr("\"messages\"")));
    rest.default_throttle_rates["messages"] = "5/hour";
    EXPECT_THAT(configuration_problems(settings), IsEmpty());
}

} // namespace
} // namespace drf_messages::embed
