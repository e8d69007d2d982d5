// SPDX-License-Identifier: MIT
#include "running_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace drf_messages::server {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;
using testing::UnorderedElementsAre;

TEST(AccessLog, HasOneLineForEachAnswer) {
    RunningServer running([](const http::Request&) { return text_response("hello", 404); });
    Client client(running.address());
    client.get("/messages/");
    client.send("HEAD /messages/ HTTP/1.1\r\nHost: x\r\n\r\n");
    client.answer(true);
    client.send("broken\r\n\r\n");
    client.answer();
    EXPECT_THAT(
        running.log.wait_for(3),
        UnorderedElementsAre(
            MatchesRegex("127\\.0\\.0\\.1 \"GET /messages/\" 404 5 [0-9]+\\.[0-9]+ ms"),
            MatchesRegex("127\\.0\\.0\\.1 \"HEAD /messages/\" 404 0 [0-9]+\\.[0-9]+ ms"),
            MatchesRegex("127\\.0\\.0\\.1 \"- -\" 400 11 [0-9]+\\.[0-9]+ ms")
        )
    );
}

TEST(AccessLog, ShowsNoSecrets) {
    RunningServer running;
    Client client(running.address());
    client.send(
        "POST /a?token=query-secret HTTP/1.1\r\nHost: x\r\nAuthorization: Token header-secret\r\n"
        "Cookie: sessionid=cookie-secret\r\nContent-Length: 11\r\n\r\nbody-secret"
    );
    client.answer();
    const auto lines = running.log.wait_for(1);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_THAT(lines.front(), HasSubstr("\"POST /a\""));
    EXPECT_THAT(lines.front(), Not(HasSubstr("secret")));
}

TEST(AccessLog, CanNotBeForgedByARequest) {
    RunningServer running;
    Client client(running.address());
    client.get("/\"\\\xc3\xa9" + std::string(600, 'x'));
    const auto lines = running.log.wait_for(1);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_THAT(lines.front(), HasSubstr("/\\x22\\x5c\\xc3\\xa9xxx"));
    EXPECT_THAT(lines.front(), HasSubstr("xxx...\" 200"));
}

TEST(AccessLog, ShowsTheForwardedClientOnlyWhenTold) {
    for (const bool trusted : {false, true}) {
        auto options = RunningServer::quick();
        options.trust_forwarded_for = trusted;
        RunningServer running(echo, options);
        Client client(running.address());
        client.send("GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.7 , 10.0.0.1\r\n\r\n");
        client.answer();
        const auto lines = running.log.wait_for(1);
        ASSERT_EQ(lines.size(), 1U);
        EXPECT_THAT(lines.front(), StartsWith(trusted ? "192.0.2.7 \"" : "127.0.0.1 \""));
    }
}

TEST(AccessLog, CanBeSwitchedOff) {
    auto options = RunningServer::quick();
    options.access_log = false;
    RunningServer running(echo, options);
    {
        Client client(running.address());
        client.get("/");
        client.send("broken\r\n\r\n");
        EXPECT_EQ(client.answer()->status, 400);
    }
    running.server().stop();
    running.join();
    EXPECT_THAT(running.log.wait_for(0), IsEmpty());
}

} // namespace
} // namespace drf_messages::server
