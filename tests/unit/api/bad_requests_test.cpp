// SPDX-License-Identifier: MIT
#include "unit/api/messages_site.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace drf_messages {
namespace {

using testing::HasSubstr;

class BadRequests : public test::MessagesSite {
protected:
    BadRequests() {
        Settings& settings = site.settings;
        settings.data_upload_max_number_fields = 2;
        settings.routes.emplace_back().route = "api-auth/";
        settings.routes.back().include = "rest_framework.urls";
        settings.routes.emplace_back().route = "token/";
        settings.routes.back().view = "rest_framework.authtoken.views.obtain_auth_token";
    }

    static http::Request form(std::string target, Headers headers, std::string body) {
        headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
        auto wire = request("POST", std::move(target), std::move(headers));
        wire.body = std::move(body);
        return wire;
    }

    /// What the log says about a request that gets Django's plain page.
    std::string reason(const http::Request& wire) {
        log.clear();
        const auto response = answer(wire);
        EXPECT_EQ(response.status, 400) << wire.target;
        EXPECT_EQ(header(response, "Content-Type"), "text/html") << wire.target;
        EXPECT_THAT(response.body, HasSubstr("<h1>Bad Request (400)</h1>")) << wire.target;
        EXPECT_EQ(log.size(), 1) << wire.target;
        return log.empty() ? "" : log.front();
    }
};

TEST_F(BadRequests, NameTheSettingThatLimitsTheFieldsOfAQuery) {
    EXPECT_EQ(answer(request("GET", "/api-auth/login/?a=1&b=2")).status, 200);
    for (const std::string path : {"/messages/", "/messages/peek/", "/api-auth/login/"}) {
        EXPECT_EQ(
            reason(request("GET", path + "?a=1&b=2&c=3")),
            "GET " + path + ": the query exceeds DATA_UPLOAD_MAX_NUMBER_FIELDS"
        );
    }
}

TEST_F(BadRequests, NameTheSettingThatLimitsTheFieldsOfAForm) {
    const std::string three = "a=1&b=2&c=3";
    EXPECT_EQ(
        reason(form("/token/", {}, three)),
        "POST /token/: the form exceeds DATA_UPLOAD_MAX_NUMBER_FIELDS"
    );
    EXPECT_EQ(
        reason(form("/api-auth/login/", {{"Cookie", "csrftoken=" + std::string(64, 'a')}}, three)),
        "POST /api-auth/login/: the form exceeds DATA_UPLOAD_MAX_NUMBER_FIELDS"
    );
}

TEST_F(BadRequests, NameTheSettingThatLimitsTheFieldsOfAMultipartForm) {
    const auto posted = [](int fields) {
        auto wire =
            request("POST", "/token/", {{"Content-Type", "multipart/form-data; boundary=b"}});
        for (int number = 0; number < fields; ++number) {
            wire.body += "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n";
        }
        wire.body += "--b--\r\n";
        return wire;
    };
    EXPECT_THAT(answer(posted(2)).body, HasSubstr("This field is required."));
    EXPECT_EQ(reason(posted(3)), "POST /token/: the form exceeds DATA_UPLOAD_MAX_NUMBER_FIELDS");
}

TEST_F(BadRequests, LimitTheKeysOfJsonAsTheFieldsOfAForm) {
    const auto answered = [this](std::string body) {
        auto wire = request("POST", "/token/", {{"Content-Type", "application/json"}});
        wire.body = std::move(body);
        const auto response = answer(wire);
        EXPECT_EQ(response.status, 400);
        return response.body;
    };
    EXPECT_THAT(answered(R"({"a":1,"b":2})"), HasSubstr("This field is required."));
    EXPECT_EQ(
        answered(R"([{"a":1,"b":2},{"a":3}])"),
        R"({"detail":"JSON parse error - More than 2 keys"})"
    );
}

TEST_F(BadRequests, NameTheSettingThatForbidsTheHostWhoeverNeedsIt) {
    const Headers evil = {{"Host", "evil.example"}};
    const std::string words = ": the Host header is not allowed by ALLOWED_HOSTS";
    EXPECT_EQ(reason(request("GET", "/messages/", evil)), "GET /messages/" + words);
    EXPECT_EQ(reason(request("GET", "/%0a\n\xC3\xFF", evil)), "GET /%0a%0A%C3%FF" + words);
    EXPECT_EQ(
        reason(request(std::string(30'000, 'A'), "/" + std::string(30'000, '\xFF'), evil)).size(),
        32 + 1 + 1 + 511 * 3 + 3 + words.size()
    );

    std::erase(site.settings.middleware, "django.middleware.common.CommonMiddleware");
    EXPECT_EQ(reason(request("GET", "/api-auth/login/", evil)), "GET /api-auth/login/" + words);
    site.settings.rest_framework.default_versioning_class =
        "rest_framework.versioning.HostNameVersioning";
    EXPECT_EQ(reason(request("GET", "/messages/", evil)), "GET /messages/" + words);
}

} // namespace
} // namespace drf_messages
