// SPDX-License-Identifier: MIT
#include "embed/site_parts.hpp"
#include "support/logged_in.hpp"

#include <drf_messages/endpoint.hpp>
#include <drf_messages/site.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

namespace drf_messages {
namespace {

class StatementCost : public testing::Test {
protected:
    StatementCost() {
        settings.secret_key = "a-key-of-the-tests";
        settings.allowed_hosts = {"testserver"};
        settings.rest_framework.default_authentication_classes = {
            "rest_framework.authentication.SessionAuthentication",
            "rest_framework.authentication.TokenAuthentication"};
        settings.rest_framework.default_pagination_class =
            "rest_framework.pagination.LimitOffsetPagination";
        settings.rest_framework.page_size = 10;
        settings.messages_extensions.read_state = true;
        settings.database = given.database_settings();
        options.database_connections = 1;
        options.clock = given.clock();

        const auto ann = given.user("ann");
        token = {"Authorization", "Token " + given.token(ann)};
        session = {"Cookie", "sessionid=" + test::logged_in(given, ann, settings.secret_key)};
        for (int i = 0; i < 200; ++i) {
            given.message(ann, "hi").tag("a").tag("b");
        }
        site.emplace(settings, options);
        endpoint.emplace(*site);
    }

    using Credential = std::pair<std::string, std::string>;

    /// What a request costs once its statements are prepared.
    std::uint64_t
    of(const std::string& target, const Credential& credential, const std::string& sent = {}) {
        http::Request wire;
        wire.method = sent.empty() ? "GET" : "POST";
        wire.target = target;
        wire.body = sent;
        if (!sent.empty()) {
            wire.headers.add("Content-Type", "application/json");
            wire.headers.add("Content-Length", std::to_string(sent.size()));
        }
        wire.headers.add("Host", "testserver");
        wire.headers.add(credential.first, credential.second);
        const auto statements = [&] {
            return site->parts().resources.database->acquire()->statement_count();
        };
        const auto before = statements();
        const auto answer = (*endpoint)(wire);
        EXPECT_EQ(answer.status, 200) << answer.body;
        EXPECT_GT(answer.body.size(), 40U) << "nothing was shown";
        return statements() - before;
    }

    test::Given given;
    Settings settings;
    SiteOptions options;
    Credential token;
    Credential session;
    std::optional<Site> site;
    std::optional<Endpoint> endpoint;
};

TEST_F(StatementCost, OfAPeekIsTwoWithATokenAndThreeWithASession) {
    EXPECT_EQ(of("/messages/peek/", token), 2U);
    EXPECT_EQ(of("/messages/peek/", session), 3U);
}

TEST_F(StatementCost, OfAListIsAtMostSixWhateverThePageSize) {
    for (const char* target :
         {"/messages/?limit=1", "/messages/?limit=10&offset=1", "/messages/?limit=100&offset=11"}) {
        SCOPED_TRACE(target);
        EXPECT_LE(of(target, session), 6U) << "the first time, which marks";
        EXPECT_EQ(of(target, session), 4U) << "session, user, count and page: no write";
        // SQLite's connection remembers the count.
        const auto count = given.connection().dialect() == sql::Dialect::sqlite ? 0U : 1U;
        EXPECT_EQ(of(target, token), 2U + count) << "token, count and page: no write";
    }
}

TEST_F(StatementCost, OfMarkingDoesNotGrowWithTheMessages) {
    EXPECT_EQ(of("/messages/counts/", token), 2U);
    const auto transaction = 2U; // its begin and its end
    EXPECT_EQ(of("/messages/7/read/", token, "{}"), 4U + transaction);
    EXPECT_EQ(of("/messages/read/", token, R"({"ids":[8,9,10]})"), 4U + transaction);
    // On MariaDB they are found without a lock first, which would wait for messages of others.
    const auto first_look = given.connection().dialect() == sql::Dialect::mariadb ? 1U : 0U;
    EXPECT_EQ(of("/messages/read/", token, R"({"all":true})"), 4U + first_look + transaction);
    EXPECT_EQ(of("/messages/read/", token, R"({"all":true})"), 3U + transaction) << "nothing to do";
    EXPECT_EQ(of("/messages/unread/", token, R"({"all":true})"), 4U + first_look + transaction);
}

} // namespace
} // namespace drf_messages
