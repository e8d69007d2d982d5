// SPDX-License-Identifier: MIT
#include "embed/application.hpp"
#include "support/database.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace drf_messages::embed {
namespace {

class ApplicationTest : public testing::Test {
protected:
    ApplicationTest() {
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
    ApplicationOptions options;
};

TEST_F(ApplicationTest, AnswersAPeekWithATokenByTwoStatements) {
    const auto ann = given.user("ann");
    given.message(ann, "hi").level(30);
    const std::string token = given.token(ann);
    Application application(settings, options);
    application(request("/messages/peek/", token));

    const auto statements = [&] {
        return application.site().database->acquire()->statement_count();
    };
    const auto before = statements();
    const http::Response response = application(request("/messages/peek/", token));
    EXPECT_EQ(statements() - before, 2U);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, R"({"count":1,"max_level":30,"max_level_tag":"warning"})");
}

TEST_F(ApplicationTest, RefusesToStartWithSettingsThatCanNotWork) {
    settings.middleware.clear();
    EXPECT_THROW(Application(settings, options), std::invalid_argument);
}

} // namespace
} // namespace drf_messages::embed
