// SPDX-License-Identifier: MIT
#include "running_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::server {
namespace {

using testing::HasSubstr;

TEST(Connection, ServesOneRequestAfterAnother) {
    RunningServer running;
    Client client(running.address());
    EXPECT_EQ(client.get("/a")->body, "GET /a\n[]");
    client.send("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
    EXPECT_EQ(client.answer()->body, "POST /b\nContent-Length=5\n[hello]");
    EXPECT_EQ(client.get("/c")->body, "GET /c\n[]");
}

TEST(Connection, AnswersPipelinedRequestsInTheirOrderOneByOne) {
    std::atomic<int> at_once{0};
    std::atomic<bool> overlapped{false};
    auto options = RunningServer::quick();
    options.workers = 8;
    RunningServer running(
        [&](const http::Request& request) {
            overlapped = overlapped || ++at_once > 1;
            auto response = echo(request);
            --at_once;
            return response;
        },
        options
    );
    Client client(running.address());
    std::string requests;
    for (int i = 0; i < 200; ++i) {
        requests +=
            "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab";
    }
    client.send(requests);
    for (int i = 0; i < 200; ++i) {
        const auto answer = client.answer();
        ASSERT_TRUE(answer) << i;
        EXPECT_EQ(answer->body, "POST /" + std::to_string(i) + "\nContent-Length=2\n[ab]");
    }
    EXPECT_FALSE(overlapped);
}

TEST(Connection, IsClosedWhenTheClientAsksSo) {
    RunningServer running;
    Client client(running.address());
    client.send(
        "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n"
    );
    const auto answer = client.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->field("Connection"), "close");
    EXPECT_TRUE(client.ended());
}

TEST(Connection, OfAnHttp10ClientIsKeptOnlyOnDemand) {
    RunningServer running;
    Client plain(running.address());
    plain.send("GET /a HTTP/1.0\r\n\r\n");
    EXPECT_EQ(plain.answer()->field("Connection"), "close");
    EXPECT_TRUE(plain.ended());

    Client keeping(running.address());
    for (int i = 0; i < 2; ++i) {
        keeping.send("GET /a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
        const auto answer = keeping.answer();
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->field("Connection"), "keep-alive");
    }
}

TEST(Connection, OfAnHttp10ClientThatWantsBothIsClosed) {
    RunningServer running;
    Client client(running.address());
    client.send("GET /a HTTP/1.0\r\nConnection: Keep-Alive, Close\r\n\r\n");
    EXPECT_EQ(client.answer()->field("Connection"), "close");
    EXPECT_TRUE(client.ended());
}

TEST(Connection, ThatIsHalfClosedStillGetsItsAnswer) {
    Gate gate;
    RunningServer running([&](const http::Request& request) {
        gate.pass();
        return echo(request);
    });
    Client client(running.address());
    client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    client.finish_sending();
    gate.wait_for_arrivals(1);
    gate.open();
    EXPECT_EQ(client.answer()->body, "GET /a\n[]");
    EXPECT_TRUE(client.ended());
}

TEST(Connection, ThatIsResetDuringARequestHarmsNobodyElse) {
    Gate gate;
    RunningServer running([&](const http::Request& request) {
        gate.pass();
        return text_response(std::string(request.target == "/a" ? 1'000'000 : 1, 'x'));
    });
    Client client(running.address());
    client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    gate.wait_for_arrivals(1);
    client.reset();
    gate.open();
    EXPECT_EQ(Client(running.address()).get("/b")->body, "x");
}

TEST(Request, ReachesTheHandlerAsItWasSent) {
    struct Row {
        std::string_view sent;
        std::string_view seen;
    };
    const std::vector<Row> rows = {
        {"FOO /a HTTP/1.1\r\nHost: x\r\n\r\n", "FOO /a\n[]"},
        {"get /a HTTP/1.1\r\nHost: x\r\n\r\n", "get /a\n[]"},
        {"TRACE /a HTTP/1.1\r\nHost: x\r\n\r\n", "TRACE /a\n[]"},
        {"GET /a%20b/?q=%C3%A9&x HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a%20b/?q=%C3%A9&x\n[]"},
        {"GET /caf\303\251\377?\351 HTTP/1.1\r\nHost: x\r\n\r\n", "GET /caf\303\251\377?\351\n[]"},
        {"GET /\"<>\\^`{|}[] HTTP/1.1\r\nHost: x\r\n\r\n", "GET /\"<>\\^`{|}[]\n[]"},
        {"GET //a//b HTTP/1.1\r\nHost: x\r\n\r\n", "GET //a//b\n[]"},
        {"GET /a?b#c HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a?b\n[]"},
        {"GET http://other:80/a?b=http://c HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a?b=http://c\n[]"},
        {"GET HTTP://other HTTP/1.1\r\nHost: x\r\n\r\n", "GET /\n[]"},
        {"GET http://other?x HTTP/1.1\r\nHost: x\r\n\r\n", "GET /?x\n[]"},
        {"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "OPTIONS *\n[]"},
        {"CONNECT other:443 HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT other:443\n[]"},
        {"\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a\n[]"},
        {"GET /a HTTP/1.1\r\nHost: x\r\nX-A: caf\351\r\nx-a: \t b \t\r\nEmpty:\r\nBlank: \t "
         "\r\n\r\n",
         "GET /a\nX-A=caf\351\nx-a=b\nEmpty=\nBlank=\n[]"},
        {"GET /a HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\t c\r\nY: d\r\n\r\n",
         "GET /a\nX=a b c\nY=d\n[]"},
        {"PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n\r\n\377",
         "PUT /a\nContent-Length=3\n[\r\n\377]"},
        {"GET /a HTTP/1.0\r\nContent-Length: 1\r\n\r\nx", "GET /a\nContent-Length=1\n[x]"},
        {"POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n"
         "0000a;x=\"y;\\\"\t\351\" ; z = 1;v\r\n0123456789\r\n0\r\nContent-Type: no\r\nX: "
         "no\r\n\r\n",
         "POST /a\nTransfer-Encoding=Chunked\n[abc0123456789]"},
    };
    RunningServer running;
    for (const auto& row : rows) {
        Client whole(running.address());
        whole.send(row.sent);
        const auto answer = whole.answer();
        ASSERT_TRUE(answer) << row.sent;
        EXPECT_EQ(answer->body, row.seen);

        Client slow(running.address());
        for (const char c : row.sent) {
            slow.send(std::string_view(&c, 1));
        }
        const auto later = slow.answer();
        ASSERT_TRUE(later) << row.sent;
        EXPECT_EQ(later->body, row.seen);
    }
}

TEST(Request, HasTheHostOfItsTarget) {
    struct Row {
        std::string_view sent;
        std::string_view host;
    };
    const std::vector<Row> rows = {
        {"GET / HTTP/1.1\r\nHost: a.example:80\r\n\r\n", "a.example:80"},
        {"GET / HTTP/1.1\r\nHost: \t a_b. \t \r\n\r\n", "a_b."},
        {"GET / HTTP/1.1\r\nHost: [2001:db8::1]:8000\r\n\r\n", "[2001:db8::1]:8000"},
        {"GET / HTTP/1.1\r\nHost: caf%C3%A9,b:\r\n\r\n", "caf%C3%A9,b:"},
        {"GET / HTTP/1.1\r\nHost:\r\n\r\n", ""},
        {"GET / HTTP/1.0\r\n\r\n", "none"},
        {"GET http://b.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n", "b.example"},
        {"GET HTTPS://b.example:443?a HTTP/1.1\r\nX: y\r\nHost: a.example\r\n\r\n",
         "b.example:443"},
        {"GET http://[::1]#a HTTP/1.1\r\nHost:\r\n\r\n", "[::1]"},
        {"GET http://b.example/ HTTP/1.0\r\n\r\n", "b.example"},
        {"GET /http://b.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n", "a.example"},
    };
    RunningServer running([](const http::Request& request) {
        std::string hosts;
        for (const auto& [name, value] : request.headers.fields()) {
            hosts += name == "Host" ? "/" + value : "";
        }
        return text_response(hosts.empty() ? "/none" : hosts);
    });
    for (const auto& row : rows) {
        Client client(running.address());
        client.send(row.sent);
        const auto answer = client.answer();
        ASSERT_TRUE(answer) << row.sent;
        EXPECT_EQ(answer->body, "/" + std::string(row.host)) << row.sent;
    }
}

TEST(Request, BodyMayBeAsLongAsTheLimit) {
    auto options = RunningServer::quick();
    options.body_limit_bytes = 300'000;
    RunningServer running(
        [](const http::Request& request) {
            return text_response(std::to_string(request.body.size()));
        },
        options
    );
    const std::string body(300'000, 'b');
    Client client(running.address());
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n" + body);
    EXPECT_EQ(client.answer()->body, "300000");
    client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 300; ++i) {
        client.send("3E8\r\n" + body.substr(0, 1000) + "\r\n");
    }
    client.send("0\r\n\r\n");
    EXPECT_EQ(client.answer()->body, "300000");
}

TEST(Request, ThatExpectsToContinueIsTold) {
    RunningServer running;
    Client client(running.address());
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n");
    const auto interim = client.answer();
    ASSERT_TRUE(interim);
    EXPECT_EQ(interim->head, "HTTP/1.1 100 Continue");
    client.send("ab");
    EXPECT_THAT(client.answer()->body, HasSubstr("[ab]"));

    // the body is there already, or there is none: nothing to wait for
    client.send("POST /b HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab"
    );
    EXPECT_EQ(client.answer()->status, 200);
    client.send("GET /c HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.answer()->status, 200);
}

TEST(Request, KnowsTheAddressOfItsClient) {
    RunningServer running([](const http::Request& request) {
        return text_response(request.remote_address + (request.secure ? " secure" : ""));
    });
    EXPECT_EQ(Client(running.address()).get("/")->body, "127.0.0.1");
}

} // namespace
} // namespace drf_messages::server
