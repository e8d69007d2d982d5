// SPDX-License-Identifier: MIT
#include "embed/site_parts.hpp"
#include "support/database.hpp"

#include <drf_messages/endpoint.hpp>
#include <drf_messages/site.hpp>

#include <gtest/gtest.h>

#include <stdexcept>

namespace drf_messages {
namespace {

class EndpointTest : public testing::Test {
protected:
    EndpointTest() {
        settings.secret_key = "a-key-of-the-tests";
        settings.allowed_hosts = {"testserver"};
        settings.rest_framework.default_authentication_classes = {
            "rest_framework.authentication.TokenAuthentication"};
        settings.database = given.database_settings();
        options.database_connections = 1;
        options.clock = given.clock();
    }

    static http::Request request(std::string target, const std::string& token) {
        http::Request wire;
        wire.target = std::move(target);
        wire.headers.add("Host", "testserver");
        wire.headers.add("Authorization", "Token " + token);
        return wire;
    }

    test::Given given;
    Settings settings;
    SiteOptions options;
};

TEST_F(EndpointTest, AnswersAPeekWithATokenByTwoStatements) {
    const auto ann = given.user("ann");
    given.message(ann, "hi").level(30);
    const std::string token = given.token(ann);
    Site site(settings, options);
    Endpoint endpoint(site);
    endpoint(request("/messages/peek/", token));

    const auto statements = [&] {
        return site.parts().resources.database->acquire()->statement_count();
    };
    const auto before = statements();
    const http::Response response = endpoint(request("/messages/peek/", token));
    EXPECT_EQ(statements() - before, 2U);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, R"({"count":1,"max_level":30,"max_level_tag":"warning"})");
}

TEST_F(EndpointTest, RefusesToStartWithSettingsThatCanNotWork) {
    settings.middleware.clear();
    Site site(settings, options);
    EXPECT_THROW(Endpoint{site}, std::invalid_argument);
}

} // namespace
} // namespace drf_messages
