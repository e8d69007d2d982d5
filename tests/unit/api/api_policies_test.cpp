// SPDX-License-Identifier: MIT
#include "api/policies/permissions.hpp"
#include "api/routing/versioning.hpp"
#include "api/views/viewset_class.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace {

using namespace drf_messages;

TEST(Versioning, FindsAVersionInAHostOfThreeWords) {
    EXPECT_EQ(api::version_of_host("v1.example.com"), "v1");
    EXPECT_EQ(api::version_of_host("v1.example.com:8000"), "v1");
    for (const auto* host :
         {"example.com",
          "a.v1.example.com",
          "v-1.example.com",
          ".example.com",
          "[::1]:80",
          "v1.example.com.",
          ""}) {
        EXPECT_EQ(api::version_of_host(host), std::nullopt) << host;
    }
}

TEST(Versioning, AllowsTheDefaultAndTheListedVersions) {
    const api::Versioning::Rules none{std::nullopt, {}, "version"};
    EXPECT_TRUE(none.is_allowed(std::nullopt));
    EXPECT_TRUE(none.is_allowed("anything"));
    const api::Versioning::Rules some{"1", {"2"}, "version"};
    EXPECT_TRUE(some.is_allowed("1"));
    EXPECT_TRUE(some.is_allowed("2"));
    EXPECT_FALSE(some.is_allowed("3"));
    EXPECT_FALSE(some.is_allowed(std::nullopt));
}

TEST(Policies, RefuseClassesThatWeDoNotHave) {
    Settings settings;
    settings.rest_framework.default_versioning_class = "rest_framework.versioning.BaseVersioning";
    EXPECT_THROW(api::make_versioning(settings), std::invalid_argument);
    settings.rest_framework.default_permission_classes = {
        "rest_framework.permissions.DjangoObjectPermissions"};
    EXPECT_THROW(api::make_permissions(settings), std::invalid_argument);
    settings.rest_framework.default_authentication_classes = {
        "rest_framework.authentication.RemoteUserAuthentication"};
    EXPECT_THROW(api::make_authenticators(settings), std::invalid_argument);
}

TEST(Policies, ChallengeWithTheKeywordOrRealmOfASubclass) {
    Settings settings;
    settings.classes["site.Bearer"] = {
        "rest_framework.authentication.TokenAuthentication",
        {{"keyword", {std::string("Bearer")}}}};
    settings.classes["site.Basic"] = {
        "rest_framework.authentication.BasicAuthentication",
        {{"www_authenticate_realm", {std::string("inbox")}}}};
    settings.rest_framework.default_authentication_classes = {
        "site.Bearer", "site.Basic", "rest_framework.authentication.SessionAuthentication"};
    const auto authenticators = api::make_authenticators(settings);
    ASSERT_EQ(authenticators.size(), 3U);
    EXPECT_EQ(authenticators[0]->challenge(), "Bearer");
    EXPECT_EQ(authenticators[1]->challenge(), "Basic realm=\"inbox\"");
    EXPECT_EQ(authenticators[2]->challenge(), std::nullopt);
}

TEST(ViewName, IsTheClassNameInWords) {
    EXPECT_EQ(api::view_name_of("drf_messages.views.MessagesViewSet"), "Messages");
    EXPECT_EQ(api::view_name_of("site.MyInboxView"), "My Inbox");
    EXPECT_EQ(api::view_name_of("site.HTTPInbox_v2ViewSet"), "Http Inbox V2");
}

} // namespace
