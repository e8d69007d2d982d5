// SPDX-License-Identifier: MIT
#include "page.hpp"
#include "support/repository.hpp"

#include <drf_messages/rest.hpp>

namespace {

// [viewset]
class MyMessagesViewSet : public rest::MessagesViewSet {
public:
    MyMessagesViewSet() {
        permission_classes =
            ClassNames{"rest_framework.permissions.IsAuthenticated"};
        pagination_class =
            "rest_framework.pagination.LimitOffsetPagination";
        filter_backends = ClassNames{
            "django_filters.rest_framework.DjangoFilterBackend"};
    }

    MessageQuerySet get_queryset(const rest::Request& request
    ) const override {
        return rest::MessagesViewSet::get_queryset(request).exclude(
            field::level == level::DEBUG
        );
    }
};
// [/viewset]

// [permission]
class NotAtNight : public rest::Permission {
public:
    bool has_permission(const rest::Request& request) const override {
        auto now = request.now().time_since_epoch();
        return now % std::chrono::days(1) >= std::chrono::hours(6);
    }
    std::optional<std::string> message() const override {
        return "Come back in the morning.";
    }
};
// [/permission]

Settings at_an_api() {
    Settings settings;
    settings.secret_key = "a key";
    settings.allowed_hosts = {"example.com"};
    settings.database.name = ":memory:";
    settings.rest_framework.default_authentication_classes = {
        "rest_framework.authentication.TokenAuthentication"};
    settings.rest_framework.page_size = 10;
    return settings;
}

http::Response
ask(Endpoint& endpoint,
    const std::string& target,
    const std::string& token) {
    http::Request request;
    request.target = target;
    request.headers.set("Host", "example.com");
    if (!token.empty()) {
        request.headers.set("Authorization", "Token " + token);
    }
    return endpoint(request);
}

TEST(Customize, AViewSetOfOnesOwnIsRegisteredByName) {
    Settings settings = at_an_api();
    SiteOptions options;
    // [register]
    rest::Classes classes;
    classes.add<MyMessagesViewSet>("myapp.views.MyMessagesViewSet");
    options.classes = classes;

    RouteSettings route;
    route.router = "DefaultRouter";
    route.name_space = "myapp";
    route.registrations = {
        {"messages", "myapp.views.MyMessagesViewSet", "messages"}};
    settings.routes = {route};

    Site site(settings, options);
    // [/register]
    site.migrate();
    const UserId ann = site.users().create_user("ann");
    MessageManager(site).create_user_message(
        ann, "for developers", level::DEBUG
    );
    MessageManager(site).create_user_message(
        ann, "Hello world!", level::INFO
    );

    Endpoint endpoint(site);
    EXPECT_EQ(ask(endpoint, "/messages/", "").status, 401);
    const std::string list =
        ask(endpoint, "/messages/", site.users().token(ann)).body;
    EXPECT_THAT(list, testing::StartsWith("{\"count\":1,"));
    EXPECT_THAT(list, testing::HasSubstr("Hello world!"));
}

TEST(Customize, APermissionSaysWhy) {
    Settings settings = at_an_api();
    SiteOptions options;
    options.clock = [] {
        return Timestamp(std::chrono::hours(24 * 20'000 + 3));
    };
    // [use]
    options.classes.add<NotAtNight>("myapp.permissions.NotAtNight");
    settings.rest_framework.default_permission_classes = {
        "myapp.permissions.NotAtNight"};
    // [/use]
    Site site(settings, options);
    site.migrate();
    const std::string token =
        site.users().token(site.users().create_user("ann"));
    Endpoint endpoint(site);
    const http::Response answer = ask(endpoint, "/messages/", token);
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(
        answer.body, "{\"detail\":\"Come back in the morning.\"}"
    );
}

TEST(Customize, TheTablesOfThePageAreSettings) {
    for (const char* file :
         {"customize.toml", "viewset.toml", "levels.toml"}) {
        Settings settings =
            load_settings(test::repository_path("tests/docs/") + file);
        settings.allowed_hosts = {"example.com"};
        settings.database.name = ":memory:";
        Site site(settings);
        site.migrate();
        Endpoint endpoint(site);
        const int refused =
            file == std::string("levels.toml") ? 200 : 403;
        EXPECT_EQ(ask(endpoint, "/messages/", "").status, refused)
            << file;
    }
}

} // namespace
