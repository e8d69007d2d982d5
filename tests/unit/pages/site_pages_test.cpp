// SPDX-License-Identifier: MIT
#include "html/assets.hpp"
#include "support/logged_in.hpp"
#include "unit/api/messages_site.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace drf_messages {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using StaticFiles = test::MessagesSite;

TEST_F(StaticFiles, AreAnsweredBelowStaticUrl) {
    const auto style = answer(request("GET", "/static/drf_messages/style.css"));
    EXPECT_EQ(style.status, 200);
    EXPECT_EQ(header(style, "Content-Type"), "text/css; charset=utf-8");
    EXPECT_EQ(header(style, "Cache-Control"), "private, max-age=300");
    EXPECT_EQ(style.body, html::find_asset("style.css")->bytes);
    EXPECT_EQ(answer(request("HEAD", "/static/drf_messages/page.js")).status, 200);
    const auto post = answer(request("POST", "/static/drf_messages/page.js"));
    EXPECT_EQ(post.status, 405);
    EXPECT_EQ(header(post, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(answer(request("OPTIONS", "/static/drf_messages/page.js")).status, 200);
    for (const char* path :
         {"/static/drf_messages/",
          "/static/drf_messages/no.css",
          "/static/style.css",
          "/static/drf_messages/api.mustache"}) {
        EXPECT_EQ(answer(request("GET", path)).status, 404) << path;
    }
    site.settings.static_url = "/files/";
    EXPECT_EQ(answer(request("GET", "/static/drf_messages/style.css")).status, 404);
    EXPECT_EQ(answer(request("GET", "/files/drf_messages/style.css")).status, 200);
    const auto page = get("/messages/", {{"Accept", "text/html"}}).body;
    EXPECT_THAT(page, HasSubstr("href=\"/files/drf_messages/style.css\""));
    EXPECT_THAT(page, HasSubstr("<link rel=\"icon\" href=\"/files/drf_messages/icon.svg\""));
}

TEST_F(StaticFiles, AreSentOnce) {
    const std::string path = "/static/drf_messages/style.css";
    const std::string etag = header(answer(request("GET", path)), "ETag");
    EXPECT_THAT(etag, ::testing::MatchesRegex("\"[0-9a-f]+\""));
    const auto again = answer(request("GET", path, {{"If-None-Match", "W/\"x\", " + etag}}));
    EXPECT_EQ(again.status, 304);
    EXPECT_EQ(again.body, "");
    EXPECT_EQ(answer(request("GET", path, {{"If-None-Match", "\"other\""}})).status, 200);
}

TEST_F(StaticFiles, AreFoundBehindAScriptName) {
    site.settings.force_script_name = "/app";
    EXPECT_THAT(
        get("/messages/", {{"Accept", "text/html"}}).body,
        HasSubstr("href=\"/app/static/drf_messages/style.css\"")
    );
    EXPECT_EQ(answer(request("GET", "/static/drf_messages/style.css")).status, 200);
}

TEST_F(StaticFiles, StandBehindTheRoutesOfTheSite) {
    site.settings.routes.front().route = "static/drf_messages/style.css";
    EXPECT_EQ(get("/static/drf_messages/style.css").body, "[]");
}

class StartPage : public test::MessagesSite {
protected:
    StartPage() {
        site.settings.routes.emplace_back().include = "drf_messages.start";
        site.settings.routes.emplace_back().route = "api-auth/";
        site.settings.routes.back().include = "rest_framework.urls";
    }
};

TEST_F(StartPage, LeadsToWhatTheSiteHas) {
    const auto page = answer(request("GET", "/"));
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(header(page, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_THAT(page.body, HasSubstr("href=\"/messages/\""));
    EXPECT_THAT(page.body, HasSubstr("href=\"/api-auth/login/?next=/\""));
    EXPECT_THAT(page.body, Not(HasSubstr("schema/reference/")));
    site.settings.routes.emplace_back().route = "schema/";
    site.settings.routes.back().include = "drf_messages.schema";
    site.settings.routes.emplace_back().route = "admin/";
    site.settings.routes.back().include = "drf_messages.admin";
    site.settings.force_script_name = "/app";
    const auto with_more = answer(request("GET", "/")).body;
    EXPECT_THAT(with_more, HasSubstr("href=\"/app/messages/\""));
    EXPECT_THAT(with_more, HasSubstr("href=\"/app/schema/reference/\""));
    EXPECT_THAT(with_more, HasSubstr("href=\"/app/admin/\""));
}

TEST_F(StartPage, IsAnInboxForWhoIsLoggedInWhereMarksCanBeSent) {
    const Headers session = {
        {"Cookie", "sessionid=" + test::logged_in(given, ann, site.settings.secret_key)}};
    const auto page = [&](const Headers& headers) {
        return answer(request("GET", "/", headers)).body;
    };
    EXPECT_THAT(page(session), Not(HasSubstr("drf-messages-bell")));
    site.settings.messages_extensions.read_state = true;
    EXPECT_THAT(page({}), Not(HasSubstr("drf-messages-bell")));
    const auto readable = page(session);
    EXPECT_THAT(readable, HasSubstr("src=\"/static/drf_messages/drf-messages-elements.js\""));
    EXPECT_THAT(
        readable,
        HasSubstr("<drf-messages-bell open url=\"/messages/\" cookie=\"csrftoken\" "
                  "header=\"X-CSRFTOKEN\" heartbeat=\"25\">")
    );
    site.settings.csrf_cookie_httponly = true;
    EXPECT_THAT(page(session), ::testing::ContainsRegex(" csrf=\"[A-Za-z0-9]{64}\">"));
}

TEST_F(StartPage, IsThereWhereItIsMountedAlone) {
    EXPECT_EQ(answer(request("POST", "/")).status, 405);
    EXPECT_EQ(answer(request("GET", "/other")).status, 404);
    site.settings.routes.erase(site.settings.routes.begin() + 1);
    EXPECT_EQ(answer(request("GET", "/")).status, 404);
}

} // namespace
} // namespace drf_messages
