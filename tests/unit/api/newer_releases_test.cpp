// SPDX-License-Identifier: MIT
// What newer releases of REST framework answer otherwise than 3.14.
#include "model/releases.hpp"
#include "unit/api/messages_site.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace drf_messages {
namespace {

using testing::HasSubstr;

constexpr model::Release before{3, 14};
constexpr model::Release since_3_15{3, 15};
constexpr model::Release since_3_18{3, 18};

class NewerReleases : public test::MessagesSite {
protected:
    NewerReleases() { given.message(ann, "disk full"); }

    void beside(model::Release rest_framework) {
        site.differences = model::Differences({.rest_framework = rest_framework});
    }

    /// "404 {…}"
    std::string shown(const std::string& target, Headers headers = {}) {
        const auto response = get(target, std::move(headers));
        return std::to_string(response.status) + " " + response.body;
    }

    http::Response ask(std::string method, std::string target, Headers headers = {}) {
        return answer(request(std::move(method), std::move(target), std::move(headers)));
    }

    http::Response post_for_a_token(std::string content_type, std::string body) {
        auto wire = request("POST", "/token/", {{"Content-Type", std::move(content_type)}});
        wire.body = std::move(body);
        return answer(wire);
    }

    void add_token_route() {
        auto& route = site.settings.routes.emplace_back();
        route.route = "token/";
        route.view = "rest_framework.authtoken.views.obtain_auth_token";
    }

    void add_router(std::string path) {
        auto& route = site.settings.routes.emplace_back();
        route.route = std::move(path);
        route.router = "DefaultRouter";
        route.registrations = {{"inbox", "drf_messages.views.MessagesViewSet", "inbox"}};
    }
};

TEST_F(NewerReleases, SayInEnglishThatNoMessageMatches) {
    site.settings.language_code = "de";
    const std::string german = R"(404 {"detail":"Nicht gefunden."})";
    const std::string english = R"(404 {"detail":"No Message matches the given query."})";
    for (const auto* target :
         {"/messages/99/",
          "/messages/99.json",
          "/messages/-1/",
          "/messages/9223372036854775808/",
          "/messages/-99999999999999999999/",
          "/messages/1/?unread=false"}) {
        beside(before);
        EXPECT_EQ(shown(target), german) << target;
        beside(since_3_15);
        EXPECT_EQ(shown(target), english) << target;
    }
    const auto deleted = ask("DELETE", "/messages/99/", {{"Authorization", "Token " + token}});
    EXPECT_EQ(std::to_string(deleted.status) + " " + deleted.body, english);
    EXPECT_EQ(ask("GET", "/messages/1/").body, english.substr(4)) << "nobody asks";
    EXPECT_THAT(
        get("/messages/99/", {{"Accept", "text/html"}}).body,
        HasSubstr("No Message matches the given query.")
    );
}

TEST_F(NewerReleases, KeepTheWordsForWhatIsNoIdAndForUnknownFormats) {
    site.settings.language_code = "de";
    beside(since_3_15);
    for (const auto& target : std::vector<std::string>{
             "/messages/abc/",
             "/messages/1%00/",
             "/messages/1.xml",
             "/messages/?format=xml",
             "/messages/" + std::string(4301, '1') + "/"}) {
        EXPECT_EQ(shown(target), R"(404 {"detail":"Nicht gefunden."})") << target;
    }
}

TEST_F(NewerReleases, RefuseANullCharacterInASearch) {
    site.settings.rest_framework.default_filter_backends = {"rest_framework.filters.SearchFilter"};
    beside(before);
    EXPECT_EQ(ids("search=di%00sk").size(), 1U);
    beside(since_3_15);
    EXPECT_EQ(shown("/messages/?search=di%00sk"), R"(400 ["Null characters are not allowed."])");
    EXPECT_EQ(shown("/messages/1/?search=%00"), R"(400 ["Null characters are not allowed."])");
    EXPECT_EQ(ids("other=%00").size(), 1U);
    site.settings.language_code = "de";
    EXPECT_EQ(shown("/messages/?search=%00"), R"(400 ["Nullzeichen sind nicht erlaubt."])");
}

TEST_F(NewerReleases, SearchForWhatStandsInQuotes) {
    site.settings.rest_framework.default_filter_backends = {"rest_framework.filters.SearchFilter"};
    const std::string phrase = "search=%22disk+full%22";
    beside(before);
    EXPECT_EQ(ids(phrase).size(), 0U);
    beside(since_3_15);
    EXPECT_EQ(ids(phrase).size(), 1U);
    EXPECT_EQ(ids("search=%22full+disk%22").size(), 0U);
}

TEST_F(NewerReleases, WantAColonInBasicCredentials) {
    site.settings.rest_framework.default_authentication_classes = {
        "rest_framework.authentication.BasicAuthentication"};
    const Headers without_colon = {{"Authorization", "Basic YWxpY2U="}};
    beside(before);
    EXPECT_EQ(
        ask("GET", "/messages/", without_colon).body, R"({"detail":"Invalid username/password."})"
    );
    beside(since_3_15);
    const auto refused = ask("GET", "/messages/", without_colon);
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(
        refused.body,
        R"({"detail":"Invalid basic header. Credentials not correctly base64 encoded."})"
    );
}

TEST_F(NewerReleases, TakeAnEmptyPageForTheFirst) {
    auto& rest = site.settings.rest_framework;
    rest.default_pagination_class = "rest_framework.pagination.PageNumberPagination";
    rest.page_size = 1;
    beside(before);
    EXPECT_EQ(shown("/messages/?page="), R"(404 {"detail":"Invalid page."})");
    beside(since_3_15);
    EXPECT_THAT(shown("/messages/?page="), HasSubstr("disk full"));
    EXPECT_EQ(shown("/messages/?page=%20"), R"(404 {"detail":"Invalid page."})");
}

TEST_F(NewerReleases, AskWhoItIsAtTheRootToo) {
    add_router("api/");
    auto& permissions = site.settings.rest_framework.default_permission_classes;
    permissions = {"rest_framework.permissions.DjangoModelPermissions"};
    beside(before);
    EXPECT_EQ(ask("GET", "/api/").status, 200);
    beside(since_3_15);
    EXPECT_EQ(ask("GET", "/api/").status, 401);
    EXPECT_EQ(get("/api/").status, 200);
    EXPECT_EQ(ask("FOO", "/api/").status, 401);
    permissions = {"rest_framework.permissions.DjangoModelPermissionsOrAnonReadOnly"};
    EXPECT_EQ(ask("GET", "/api/").status, 200);
}

TEST_F(NewerReleases, LinkToPathsThatHaveNoVersion) {
    add_router("api/");
    auto& rest = site.settings.rest_framework;
    rest.default_versioning_class = "rest_framework.versioning.URLPathVersioning";
    rest.default_version = "v1";
    beside(before);
    EXPECT_EQ(shown("/api/"), "200 {}");
    beside(since_3_15);
    EXPECT_EQ(shown("/api/"), R"(200 {"inbox":"http://testserver/api/inbox/"})");
}

TEST_F(NewerReleases, LinkToTheVersionOfThePathWhereItHasOne) {
    add_router("<str:version>/");
    site.settings.rest_framework.default_versioning_class =
        "rest_framework.versioning.URLPathVersioning";
    for (const auto release : {before, since_3_15}) {
        beside(release);
        EXPECT_EQ(shown("/v7/"), R"(200 {"inbox":"http://testserver/v7/inbox/"})");
    }
}

TEST_F(NewerReleases, ReadAnAcceptHeaderUpToItsLimits) {
    const auto status = [this](std::string accept) {
        return get("/messages/", {{"Accept", std::move(accept)}}).status;
    };
    std::string many;
    for (int number = 0; number < 64; ++number) {
        many += "a/" + std::to_string(number) + ",";
    }
    const std::string json = "application/json";
    const std::string long_type = "a/" + std::string(255, 'x');
    const std::string full = "a/" + std::string(254, 'x') + ",";
    std::string long_header;
    for (int number = 0; number < 31; ++number) {
        long_header += full;
    }
    // Behind 7967 characters; a comma behind it is the 8192nd.
    const std::string up_to_the_end = long_header + std::string(8191 - 7967 - 16, ' ') + json;
    const std::pair<std::string, std::pair<int, int>> cases[] = {
        {many + json, {200, 406}},
        {many.substr(4) + json, {200, 200}},
        {"," + many.substr(4) + " ,," + json, {200, 200}},
        {json + ";x=" + std::string(300, 'x'), {200, 406}},
        {long_type + "," + json, {200, 200}},
        {up_to_the_end, {200, 200}},
        {up_to_the_end + ",", {200, 200}},
        {up_to_the_end + ",a", {200, 200}},
        {" " + up_to_the_end + ",", {200, 406}},
    };
    for (const auto& [accept, expected] : cases) {
        beside(before);
        EXPECT_EQ(status(accept), expected.first) << accept;
        beside(since_3_18);
        EXPECT_EQ(status(accept), expected.second) << accept;
    }
}

TEST_F(NewerReleases, ReadTheParametersOfAcceptAsDjangoDoes) {
    const auto body = [this](model::Release django, std::string accept) {
        site.differences = model::Differences({.django = django});
        return get("/messages/9/", {{"Accept", std::move(accept)}}).body;
    };
    constexpr model::Release django_3_2{3, 2};
    constexpr model::Release django_4_2{4, 2};
    constexpr model::Release django_5_2{5, 2};
    const std::string flat = R"({"detail":"Not found."})";
    const std::string two = "{\n  \"detail\": \"Not found.\"\n}";
    const std::string escaped = R"(application/json; a="\";indent=2)";
    EXPECT_EQ(body(django_3_2, escaped), two);
    EXPECT_EQ(body(django_4_2, escaped), flat);
    EXPECT_EQ(body(django_4_2, "application/json; indent=<2>"), flat);
    EXPECT_EQ(body(django_5_2, "application/json; indent=<2>"), two);
    EXPECT_EQ(body(django_4_2, "application/json, text/html; level"), flat);
    EXPECT_THAT(body(django_5_2, "application/json, text/html; level"), HasSubstr("<html"));
    site.settings.rest_framework.default_versioning_class =
        "rest_framework.versioning.AcceptHeaderVersioning";
    site.settings.rest_framework.allowed_versions = {"7"};
    EXPECT_THAT(body(django_4_2, "application/json; version=<7>"), HasSubstr("Invalid version"));
    EXPECT_EQ(body(django_5_2, "application/json; version=<7>"), flat);
}

TEST_F(NewerReleases, RefuseALongContentType) {
    add_token_route();
    const std::string json = "application/json; x=";
    const std::string longest = json + std::string(256 - json.size(), 'x');
    for (const auto release : {before, since_3_18}) {
        beside(release);
        EXPECT_EQ(post_for_a_token(longest, "{}").status, 400);
    }
    beside(before);
    EXPECT_EQ(post_for_a_token(longest + "x", "{}").status, 400);
    beside(since_3_18);
    const auto refused = post_for_a_token(longest + "x", "{}");
    EXPECT_EQ(refused.status, 415);
    EXPECT_EQ(
        refused.body, R"({"detail":"Unsupported media type \")" + longest + R"(x\" in request."})"
    );
    EXPECT_EQ(post_for_a_token(longest + "x", "").status, 400) << "nothing is to be read";
}

TEST_F(NewerReleases, RefuseACodecThatIsNoneOfText) {
    add_token_route();
    const auto body = [this](const std::string& charset) {
        return post_for_a_token("application/json; charset=" + charset, "[]").body;
    };
    const std::string read = body("utf-8");
    for (const auto* charset : {"hex", "ZLIB", "rot-13", "undefined"}) {
        beside(before);
        EXPECT_EQ(body(charset), read) << charset;
        beside(since_3_18);
        EXPECT_EQ(
            body(charset),
            R"({"detail":"Unsupported charset \")" + std::string(charset) +
                R"(\" in request Content-Type header."})"
        );
    }
    EXPECT_EQ(body("latin-1"), read);
    EXPECT_EQ(body("unknown"), read);
}

} // namespace
} // namespace drf_messages
