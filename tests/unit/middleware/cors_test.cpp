// SPDX-License-Identifier: MIT
#include "unit/middleware/site_test.hpp"

namespace drf_messages::middleware {
namespace {

class CorsTest : public SiteTest {
protected:
    CorsTest() {
        site.settings.middleware = {
            "corsheaders.middleware.CorsMiddleware", "django.middleware.common.CommonMiddleware"};
        site.settings.cors_allowed_origins = {"https://shop.example"};
    }

    http::Response from(const std::string& origin) {
        return answer(request("GET", "/known/", {{"Origin", origin}}));
    }
};

TEST_F(CorsTest, LetsPagesOfAllowedSitesRead) {
    const auto response = from("https://shop.example");
    EXPECT_EQ(response.body, "seen");
    EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "https://shop.example");
    EXPECT_EQ(
        header(response, "Access-Control-Expose-Headers"), "ETag, Messages-State, X-Poll-Interval"
    );
    EXPECT_EQ(header(response, "Access-Control-Allow-Credentials"), "(absent)");
    EXPECT_EQ(header(response, "Vary"), "origin");
    site.settings.cors_allow_credentials = true;
    EXPECT_EQ(header(from("https://shop.example"), "Access-Control-Allow-Credentials"), "true");
}

TEST_F(CorsTest, SaysNothingToOthers) {
    site.settings.cors_allow_credentials = true;
    for (const auto* const origin :
         {"https://other.example", "http://shop.example", "https://shop.example:8443", "null"}) {
        const auto response = from(origin);
        EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "(absent)") << origin;
        EXPECT_EQ(header(response, "Access-Control-Allow-Credentials"), "(absent)") << origin;
        EXPECT_EQ(header(response, "Vary"), "origin") << origin;
    }
}

TEST_F(CorsTest, AnswersPreflightsItself) {
    const auto preflight = answer(request(
        "OPTIONS",
        "/known/",
        {{"Origin", "https://shop.example"}, {"Access-Control-Request-Method", "DELETE"}}
    ));
    EXPECT_EQ(preflight.status, 200);
    EXPECT_EQ(preflight.body, "");
    EXPECT_EQ(header(preflight, "Content-Length"), "0");
    EXPECT_EQ(header(preflight, "Access-Control-Allow-Origin"), "https://shop.example");
    EXPECT_EQ(
        header(preflight, "Access-Control-Allow-Methods"), "DELETE, GET, OPTIONS, PATCH, POST, PUT"
    );
    EXPECT_EQ(header(preflight, "Access-Control-Max-Age"), "86400");
    const auto options =
        answer(request("OPTIONS", "/known/", {{"Origin", "https://shop.example"}}));
    EXPECT_EQ(options.body, "seen");
}

} // namespace
} // namespace drf_messages::middleware
