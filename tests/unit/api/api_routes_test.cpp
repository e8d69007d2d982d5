// SPDX-License-Identifier: MIT
#include "urls/url_conf.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace {

using namespace drf_messages;
using api::Kwargs;
using api::Routes;
using api::UrlPattern;
using testing::Optional;

RouteSettings included(std::string route, std::optional<std::string> name_space = std::nullopt) {
    RouteSettings entry;
    entry.route = std::move(route);
    entry.include = "drf_messages.urls";
    entry.name_space = std::move(name_space);
    return entry;
}

RouteSettings router(std::string kind, std::string prefix) {
    RouteSettings entry;
    entry.route = "api/";
    entry.router = std::move(kind);
    entry.registrations = {{std::move(prefix), "drf_messages.views.MessagesViewSet", "messages"}};
    return entry;
}

Routes
routes_of(std::vector<RouteSettings> entries, std::optional<std::string> lookup = std::nullopt) {
    Settings settings;
    settings.routes = std::move(entries);
    return Routes(settings, urls::modules(), [lookup](const ClassName&) { return lookup; });
}

struct Row {
    std::string path;
    std::optional<std::string> name;
    Kwargs kwargs;
};

void expect_rows(const Routes& routes, const std::vector<Row>& rows) {
    for (const auto& row : rows) {
        SCOPED_TRACE(row.path);
        const auto found = routes.resolve(row.path);
        ASSERT_EQ(found.has_value(), row.name.has_value());
        EXPECT_EQ(routes.is_valid(row.path), row.name.has_value());
        if (found) {
            EXPECT_EQ(found->route->name, *row.name);
            EXPECT_EQ(found->kwargs, row.kwargs);
        }
    }
}

TEST(Routes, FindTheEndpointsOfTheIncludedUrls) {
    expect_rows(
        routes_of({included("messages/")}),
        {{"/messages/", "messages-list", {}},
         {"/messages/.json", "messages-list", {{"format", "json"}}},
         {"/messages/.json/", "messages-list", {{"format", "json"}}},
         {"/messages/peek/", "messages-peek", {}},
         {"/messages/peek.json", "messages-peek", {{"format", "json"}}},
         {"/messages/1/", "messages-detail", {{"pk", "1"}}},
         {"/messages/\xc3\xa9 x/", "messages-detail", {{"pk", "\xc3\xa9 x"}}},
         {"/messages/1.api", "messages-detail", {{"pk", "1"}, {"format", "api"}}},
         {"/messages/1.5/", "messages-detail", {{"pk", "1"}, {"format", "5"}}},
         {"/messages/peek", std::nullopt, {}},
         {"/messages", std::nullopt, {}},
         {"/messages/1", std::nullopt, {}},
         {"/messages/1/\n", std::nullopt, {}},
         {"/messages/1.JSON", std::nullopt, {}},
         {"/messages/1.", std::nullopt, {}},
         {"/messages/1.5.6", std::nullopt, {}},
         {"/messages/1.json//", std::nullopt, {}},
         {"/messages//", std::nullopt, {}},
         {"/messages/1/2/", std::nullopt, {}},
         {"//messages/", std::nullopt, {}},
         {"/Messages/", std::nullopt, {}},
         {"/", std::nullopt, {}},
         {"", std::nullopt, {}},
         {"*", std::nullopt, {}}}
    );
}

TEST(Routes, GiveADefaultRouterARootAndSuffixes) {
    expect_rows(
        routes_of({router("DefaultRouter", "messages")}),
        {{"/api/", "api-root", {}},
         {"/api/.json", "api-root", {{"format", "json"}}},
         {"/api/messages/", "messages-list", {}},
         {"/api/messages.json", "messages-list", {{"format", "json"}}},
         {"/api/messages/.json", std::nullopt, {}},
         {"/api/messages/peek/", "messages-peek", {}},
         {"/api/messages/7.json/", "messages-detail", {{"pk", "7"}, {"format", "json"}}}}
    );
}

TEST(Routes, GiveASimpleRouterNeitherRootNorSuffixes) {
    expect_rows(
        routes_of({router("SimpleRouter", "messages")}),
        {{"/api/", std::nullopt, {}},
         {"/api/messages/", "messages-list", {}},
         {"/api/messages.json", std::nullopt, {}},
         {"/api/messages/7.json", std::nullopt, {}}}
    );
}

TEST(Routes, LeaveOutTheTrailingSlashWhereTheRouterHasNone) {
    auto entry = router("DefaultRouter", "messages");
    entry.router_kwargs["trailing_slash"] = SettingValue{false};
    expect_rows(
        routes_of({entry}),
        {{"/api/messages", "messages-list", {}},
         {"/api/messages/", std::nullopt, {}},
         {"/api/messages/peek", "messages-peek", {}},
         {"/api/messages/7", "messages-detail", {{"pk", "7"}}},
         {"/api/messages/7/", std::nullopt, {}}}
    );
}

TEST(Routes, TakeAPrefixWithGroupsAsTheExpressionThatItIs) {
    expect_rows(
        routes_of({router("DefaultRouter", "users/(?P<user>\\d+)/messages")}),
        {{"/api/users/12/messages/", "messages-list", {{"user", "12"}}},
         {"/api/users/12/messages/3/", "messages-detail", {{"user", "12"}, {"pk", "3"}}},
         {"/api/users/12/messages/3.json",
          "messages-detail",
          {{"user", "12"}, {"pk", "3"}, {"format", "json"}}},
         {"/api/users/x/messages/", std::nullopt, {}},
         {"/api/users/12/messages/\n", std::nullopt, {}}}
    );
}

TEST(Routes, TakeAViewsetsOwnLookupExpression) {
    expect_rows(
        routes_of({router("DefaultRouter", "messages")}, "[0-9]{1,3}"),
        {{"/api/messages/123/", "messages-detail", {{"pk", "123"}}},
         {"/api/messages/1234/", std::nullopt, {}},
         {"/api/messages/peek/", "messages-peek", {}}}
    );
}

TEST(Routes, TryTheMountsInTheirOrder) {
    const auto routes = routes_of({included(""), included("1/")});
    const auto found = routes.resolve("/1/");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->mount, routes.views().front().mount);
}

TEST(Routes, RenameOrDropTheSuffixesArgument) {
    Settings settings;
    settings.rest_framework.format_suffix_kwarg = "as";
    const auto lookup = [](const ClassName&) { return std::optional<std::string>(); };
    EXPECT_EQ(
        Routes(settings, urls::modules(), lookup).resolve("/messages/1.json")->kwargs,
        (Kwargs{{"pk", "1"}, {"as", "json"}})
    );
    settings.rest_framework.format_suffix_kwarg.reset();
    EXPECT_FALSE(Routes(settings, urls::modules(), lookup)
                     .resolve("/messages/1.json")
                     ->kwargs.contains("format"));
}

TEST(Routes, ReverseAListByItsNameAndNamespace) {
    const auto routes =
        routes_of({included("a/", "a"), included("b/", "b"), router("DefaultRouter", "messages")});
    EXPECT_THAT(routes.reverse("messages-list", {}), Optional(std::string("api/messages/")));
    EXPECT_THAT(
        routes.reverse("messages-list", {{"format", "json"}}),
        Optional(std::string("api/messages.json"))
    );
    EXPECT_THAT(routes.reverse("a:messages-list", {}), Optional(std::string("a/")));
    EXPECT_THAT(routes.reverse("drf_messages:messages-list", {}), Optional(std::string("b/")));
    EXPECT_EQ(routes.reverse("c:messages-list", {}), std::nullopt);
    EXPECT_EQ(routes.reverse("messages-list", {{"version", "v1"}}), std::nullopt);
    EXPECT_EQ(routes.reverse("inbox-list", {}), std::nullopt);
}

TEST(Routes, ReverseFillsTheGroupsOfTheMount) {
    auto regex = router("DefaultRouter", "messages");
    regex.route = "^api/(?P<version>(v1|v2))/";
    regex.regex = true;
    const auto routes = routes_of({regex});
    EXPECT_THAT(
        routes.reverse("messages-list", {{"version", "v2"}}),
        Optional(std::string("api/v2/messages/"))
    );
    EXPECT_EQ(routes.reverse("messages-list", {{"version", "v3"}}), std::nullopt);
    EXPECT_EQ(routes.reverse("messages-list", {}), std::nullopt);
}

TEST(Routes, RefuseWhatCanNotBeMounted) {
    auto nothing = included("x/");
    nothing.include.reset();
    EXPECT_THROW(routes_of({nothing}), std::invalid_argument);
    auto other = included("x/");
    other.include = "polls.urls";
    EXPECT_THROW(routes_of({other}), std::invalid_argument);
    EXPECT_THROW(routes_of({router("NestedRouter", "messages")}), std::invalid_argument);
    auto regex = included("^(x/");
    regex.regex = true;
    EXPECT_THROW(routes_of({regex}), std::invalid_argument);
}

TEST(UrlPattern, CatchesWhatTheConvertersOfAPathAllow) {
    const auto pattern = UrlPattern::path("v<int:major>/<str:who>/x.y/");
    Kwargs kwargs;
    EXPECT_THAT(pattern.match("v007/bob/x.y/rest", kwargs), Optional(std::string_view("rest")));
    EXPECT_EQ(kwargs, (Kwargs{{"major", "7"}, {"who", "bob"}}));
    EXPECT_EQ(pattern.match("v1/bob/xzy/", kwargs), std::nullopt);
    EXPECT_EQ(pattern.match("vx/bob/x.y/", kwargs), std::nullopt);
    EXPECT_THROW(UrlPattern::path("<money:x>/"), std::invalid_argument);
    EXPECT_THROW(UrlPattern::path("<int:1x>/"), std::invalid_argument);
}

TEST(UrlPattern, ReadsPythonsExpressions) {
    const auto pattern = UrlPattern::regex("^(?P<version>(v1|v2|v3))/messages/");
    Kwargs kwargs;
    EXPECT_THAT(pattern.match("v2/messages/1/", kwargs), Optional(std::string_view("1/")));
    EXPECT_EQ(kwargs, (Kwargs{{"version", "v2"}}));
    EXPECT_EQ(pattern.match("x/v2/messages/1/", kwargs), std::nullopt);
    // Without ^ Django searches.
    kwargs.clear();
    EXPECT_THAT(
        UrlPattern::regex("messages/").match("any/messages/1/", kwargs),
        Optional(std::string_view("1/"))
    );
}

TEST(UrlPattern, LeavesOutAnOptionalGroupThatCaughtNothing) {
    const auto pattern = UrlPattern::regex("^(?:(?P<version>v[0-9])/)?messages/");
    Kwargs kwargs;
    EXPECT_TRUE(pattern.match("messages/", kwargs));
    EXPECT_TRUE(kwargs.empty());
    EXPECT_THAT(pattern.reverse(kwargs), Optional(std::string("messages/")));
    kwargs = {{"version", "v2"}};
    EXPECT_THAT(pattern.reverse(kwargs), Optional(std::string("v2/messages/")));
    EXPECT_TRUE(kwargs.empty());
}

TEST(UrlPattern, NeedsNoStackForALongPath) {
    const auto pattern = UrlPattern::regex("^(a|b)*c/");
    Kwargs kwargs;
    EXPECT_EQ(pattern.match(std::string(200'000, 'a'), kwargs), std::nullopt);
}

} // namespace
