// SPDX-License-Identifier: MIT
#include "running_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace drf_messages::server {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

TEST(Answer, CarriesStatusFieldsServerDateAndBody) {
    RunningServer running([](const http::Request&) {
        auto response = text_response("hello", 404);
        response.headers.add("Set-Cookie", "a=1");
        response.headers.add("Set-Cookie", "b=2");
        return response;
    });
    Client client(running.address());
    const auto answer = client.get("/");
    ASSERT_TRUE(answer);
    EXPECT_THAT(answer->head, StartsWith("HTTP/1.1 404 Not Found\r\n"));
    EXPECT_EQ(answer->field("Server"), "drf-messages");
    EXPECT_THAT(
        answer->field("Date").value_or(""),
        MatchesRegex("[A-Z][a-z][a-z], [0-9][0-9] [A-Z][a-z][a-z] 20[0-9][0-9] "
                     "[0-9][0-9]:[0-9][0-9]:[0-9][0-9] GMT")
    );
    EXPECT_EQ(answer->count("Set-Cookie"), 2U);
    EXPECT_EQ(answer->field("Connection"), std::nullopt);
    EXPECT_EQ(answer->field("Content-Length"), "5");
    EXPECT_EQ(answer->body, "hello");
}

TEST(Answer, HasItsOwnLengthWhateverTheHandlerSays) {
    RunningServer running([](const http::Request&) {
        http::Response response;
        response.headers.add("Content-Length", "3");
        response.headers.add("content-length", "4");
        response.body = "hello";
        return response;
    });
    Client client(running.address());
    for (int i = 0; i < 2; ++i) {
        const auto answer = client.get("/");
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->count("Content-Length"), 1U);
        EXPECT_EQ(answer->body, "hello");
    }
}

TEST(Answer, ComesInChunksWithoutALength) {
    RunningServer running([](const http::Request& request) {
        http::Response response;
        response.body = request.target == "/empty" ? "" : std::string(100'000, 'x');
        return response;
    });
    Client client(running.address());
    const auto large = client.get("/");
    ASSERT_TRUE(large);
    EXPECT_EQ(large->field("Transfer-Encoding"), "chunked");
    EXPECT_EQ(large->body, std::string(100'000, 'x'));
    const auto empty = client.get("/empty");
    ASSERT_TRUE(empty);
    EXPECT_EQ(empty->field("Transfer-Encoding"), "chunked");
    EXPECT_EQ(empty->body, "");
    EXPECT_TRUE(client.get("/"));
}

TEST(Answer, EndsWithTheConnectionForHttp10WithoutALength) {
    RunningServer running([](const http::Request&) {
        http::Response response;
        response.body = "hello";
        return response;
    });
    Client client(running.address());
    client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const auto all = client.read_to_end();
    ASSERT_TRUE(all);
    EXPECT_THAT(*all, HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(*all, Not(HasSubstr("chunked")));
    EXPECT_THAT(*all, testing::EndsWith("\r\n\r\nhello"));
}

TEST(Answer, ToHeadHasTheFieldsOnly) {
    RunningServer running([](const http::Request& request) {
        auto response = text_response("hello");
        if (request.target == "/bodiless") {
            response.body.clear();
        } else if (request.target == "/chunked") {
            response.headers.remove("Content-Length");
        }
        return response;
    });
    Client client(running.address());
    for (const std::string target : {"/", "/bodiless", "/chunked"}) {
        client.send("HEAD " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
        const auto answer = client.answer(true);
        ASSERT_TRUE(answer) << target;
        EXPECT_EQ(answer->field("Content-Length").has_value(), target != "/chunked");
        EXPECT_EQ(answer->field("Content-Length").value_or("5"), "5");
        EXPECT_EQ(answer->field("Transfer-Encoding"), std::nullopt);
    }
    EXPECT_EQ(client.get("/")->body, "hello");
}

TEST(Answer, WithoutContentHasNoBody) {
    RunningServer running([](const http::Request& request) {
        http::Response response;
        response.status = request.target == "/304" ? 304 : 204;
        response.headers.add("Content-Length", "0");
        response.body = "must not be sent";
        return response;
    });
    Client client(running.address());
    EXPECT_EQ(client.get("/204")->field("Content-Length"), "0");
    EXPECT_EQ(client.get("/304")->status, 304);
    EXPECT_EQ(client.get("/204")->field("Transfer-Encoding"), std::nullopt);
}

TEST(Answer, CanNotBeSplitByALineBreakInAValue) {
    RunningServer running([](const http::Request&) {
        auto response = text_response("");
        response.headers.add("Location", "/a\r\nSet-Cookie: x=1");
        return response;
    });
    Client client(running.address());
    const auto answer = client.get("/");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->field("Location"), "/a  Set-Cookie: x=1");
    EXPECT_EQ(answer->count("Set-Cookie"), 0U);
}

TEST(Answer, PassesBytesBeyondAsciiInFields) {
    RunningServer running([](const http::Request&) {
        auto response = text_response("");
        response.headers.add("X-Bytes", "caf\351");
        return response;
    });
    Client client(running.address());
    EXPECT_EQ(client.get("/")->field("X-Bytes"), "caf\351");
}

TEST(Handler, ThatThrowsIsAnswered500WithoutItsText) {
    RunningServer running([](const http::Request& request) -> http::Response {
        if (request.target == "/status") {
            return text_response("", 100);
        }
        throw std::runtime_error("secret detail");
    });
    Client client(running.address());
    for (const auto* const target : {"/", "/status"}) {
        const auto answer = client.get(target);
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->status, 500);
        EXPECT_EQ(answer->body, "Internal Server Error");
    }
    EXPECT_THAT(running.log.wait_for(1), testing::Contains(HasSubstr("secret detail")));
}

TEST(Handler, RunsForSeveralClientsAtOnce) {
    Gate gate;
    RunningServer running([&](const http::Request& request) {
        gate.pass();
        return echo(request);
    });
    Client first(running.address());
    Client second(running.address());
    first.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
    second.send("GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
    gate.wait_for_arrivals(2);
    gate.open();
    EXPECT_THAT(first.answer()->body, HasSubstr("GET /1\n"));
    EXPECT_THAT(second.answer()->body, HasSubstr("GET /2\n"));
}

} // namespace
} // namespace drf_messages::server
