// SPDX-License-Identifier: MIT
#include "running_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace drf_messages::server {
namespace {

using namespace std::chrono_literals;

struct Refusal {
    std::string sent;
    int status;
    std::string_view reason;
};

std::string many_fields(int count) {
    std::string fields;
    for (int i = 0; i < count; ++i) {
        fields += "A:\r\n";
    }
    return fields;
}

const std::vector<Refusal> refusals = {
    {std::string("\0\1\2\r\n\r\n", 7), 400, "binary"},
    {"GET\r\n\r\n", 400, "no target"},
    {"GET /\r\n\r\n", 400, "no version (HTTP/0.9)"},
    {"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400, "two spaces"},
    {" GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400, "leading space"},
    {"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400, "space in the target"},
    {"GET /a\tb HTTP/1.1\r\nHost: x\r\n\r\n", 400, "control character in the target"},
    {"GET /\177 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "DEL in the target"},
    {"G(T / HTTP/1.1\r\nHost: x\r\n\r\n", 400, "separator in the method"},
    {"GET / HTTP/1.1 \r\n\r\n", 400, "space after the version"},
    {"GET / HTTP/1.1\n\n", 400, "bare line feeds"},
    {"GET / HTTX/1.1\r\n\r\n", 400, "another protocol"},
    {"GET / HTTP/2.0\r\n\r\n", 505, "another version"},
    {"GET / HTTP/1.2\r\n\r\n", 505, "another minor version"},
    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "HTTP/2 with prior knowledge"},
    {"GET / HTTP/1.1\r\nHost: x\r\nNo colon\r\n\r\n", 400, "field without colon"},
    {"GET / HTTP/1.1\r\nHost: x\r\n: empty\r\n\r\n", 400, "field without name"},
    {"GET / HTTP/1.1\r\nHost: x\r\nHost : x\r\n\r\n", 400, "space before the colon"},
    {"GET / HTTP/1.1\r\n folded: x\r\nHost: x\r\n\r\n", 400, "fold of nothing"},
    {"GET / HTTP/1.1\r\nHost: x\r\nN\303\251: x\r\n\r\n", 400, "field name beyond ASCII"},
    {std::string("GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n", 35), 400, "NUL in a value"},
    {"GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n", 400, "carriage return in a value"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", 400, "length not a number"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400, "negative length"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\nx", 400, "signed length"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x1\r\n\r\nx", 400, "hexadecimal length"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n", 400, "empty length"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
     400,
     "length overflow"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\nx", 400, "list of lengths"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
     400,
     "two lengths"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
     400,
     "two other lengths"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: "
     "chunked\r\n\r\n0\r\n\r\n",
     400,
     "length and chunks"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: "
     "5\r\n\r\n0\r\n\r\n",
     400,
     "chunks and length"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: gzip\r\n\r\n",
     400,
     "length and another coding"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
     "chunked\r\n\r\n",
     400,
     "chunked twice"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 400, "another coding"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
     501,
     "two codings"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n", 400, "nearly chunked"},
    {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "chunks in HTTP/1.0"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
     400,
     "chunk size not a number"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
     400,
     "chunk longer than it says"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
     "11111111111111111\r\n",
     400,
     "chunk size overflow"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: "
     "5\r\n\r\n",
     400,
     "length in a trailer"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nbad trailer\r\n\r\n",
     400,
     "malformed trailer"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
         std::string(20'000, 'x'),
     400,
     "endless chunk line"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
     "chunked\r\n\r\n2;a=\"\n\"\r\n{}\r\n0\r\n\r\n",
     400,
     "line feed in a chunk's extension"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
     "chunked\r\n\r\n2;a=\"\r\n\"\r\n{}\r\n0\r\n\r\n",
     400,
     "line end in a chunk's extension"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;a=\"" +
         std::string(1, '\0') + "\"\r\n{}\r\n0\r\n\r\n",
     400,
     "NUL in a chunk's extension"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
     "chunked\r\n\r\n2;a=\"\\\1\"\r\n{}\r\n0\r\n\r\n",
     400,
     "escaped control character in a chunk's extension"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
     "chunked\r\n\r\n2;a=\"\177\"\r\n{}\r\n0\r\n\r\n",
     400,
     "DEL in a chunk's extension"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
     "chunked\r\n\r\n2\r\n{}\r\n0;a=\"\n\"\r\n\r\n",
     400,
     "line feed in the last chunk's extension"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;a=\"b\r\n",
     400,
     "chunk's extension whose quotes do not end"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0;a=\"b\r\n",
     400,
     "last chunk's extension whose quotes do not end"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2 \r\n{}\r\n0\r\n\r\n",
     400,
     "blank after a chunk's size"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n",
     400,
     "bare line feed after a chunk's size"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(1023, '0') +
         "2\r\n{}\r\n0;" + std::string(1024, 'x') + "\r\n\r\n",
     400,
     "long chunk line"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
     400,
     "chunks inside a coding"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
     400,
     "chunks in chunks"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked;a=b\r\n\r\n0\r\n\r\n",
     400,
     "chunks with a parameter"},
    {"GET / HTTP/1.1\r\n\r\n", 400, "no host"},
    {"GET /healthz HTTP/1.1\r\nX-Host: x\r\n\r\n", 400, "another field than the host"},
    {"GET http://x/ HTTP/1.1\r\n\r\n", 400, "host in the target alone"},
    {"GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400, "two hosts"},
    {"GET / HTTP/1.0\r\nHost: x\r\nhost: y\r\n\r\n", 400, "two hosts in HTTP/1.0"},
    {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "blank in the host"},
    {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "path in the host"},
    {"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400, "user in the host"},
    {"GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 400, "port not a number"},
    {"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400, "address without its end"},
    {"GET / HTTP/1.1\r\nHost: []:80\r\n\r\n", 400, "no address in brackets"},
    {"GET / HTTP/1.1\r\nHost: a%zz\r\n\r\n", 400, "broken escape in the host"},
    {"GET / HTTP/1.1\r\nHost: caf\351\r\n\r\n", 400, "host beyond ASCII"},
    {"GET http:///a HTTP/1.1\r\nHost: x\r\n\r\n", 400, "target without its host"},
    {"GET http://a@b/ HTTP/1.1\r\nHost: x\r\n\r\n", 400, "user in the target"},
    {"GET http://a:b/ HTTP/1.1\r\nHost: x\r\n\r\n", 400, "port of the target not a number"},
    {"GET a HTTP/1.1\r\nHost: x\r\n\r\n", 400, "target without a slash"},
    {"GET ?a HTTP/1.1\r\nHost: x\r\n\r\n", 400, "target that is a query"},
    {"GET 1://a/ HTTP/1.1\r\nHost: x\r\n\r\n", 400, "target whose scheme is none"},
    {"GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400, "target of OPTIONS alone"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n 1\r\n\r\nx", 400, "folded length"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n \r\n\r\nx",
     400,
     "length folded at its end"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n\tchunked\r\n\r\n0\r\n\r\n",
     400,
     "folded coding"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n ,\r\n\r\n0\r\n\r\n",
     400,
     "coding folded at its end"},
    {"GET / HTTP/1.1\r\nHost:\r\n x\r\n\r\n", 400, "folded host"},
    {"GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive,\r\n close\r\n\r\n",
     400,
     "folded options"},
    {"GET / HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\n\r\n", 417, "another expectation"},
    {"GET /" + std::string(2000, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n", 431, "long target"},
    {"GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(2000, 'x') + "\r\n\r\n", 431, "long value"},
    {"GET / HTTP/1.1\r\nHost: x\r\n" + std::string(2000, 'x') + ": y\r\n\r\n", 431, "long name"},
    {std::string(2000, 'x'), 431, "long method"},
    {"GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(600, 'x') +
         "\r\nB: " + std::string(600, 'x') + "\r\n\r\n",
     431,
     "two values that are too long together"},
    {"GET / HTTP/1.1\r\nHost: x\r\n" + many_fields(100) + "\r\n", 431, "many fields"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n", 413, "long body announced"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\nExpect: 100-continue\r\n\r\n",
     413,
     "long body asked for"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n", 413, "long chunk"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n33\r\n" +
         std::string(51, 'x') + "\r\n33\r\n",
     413,
     "two chunks that are too long together"},
};

ServerOptions small() {
    auto options = RunningServer::quick();
    options.header_limit_bytes = 1024;
    options.body_limit_bytes = 100;
    return options;
}

TEST(Refusal, OfWhatIsNotARequestNamesTheReasonAndCloses) {
    RunningServer running(
        [](const http::Request& request) {
            ADD_FAILURE() << "reached the handler: " << request.method << " " << request.target;
            return text_response("");
        },
        small()
    );
    for (const auto& row : refusals) {
        for (const bool byte_by_byte : {false, true}) {
            Client client(running.address());
            if (!byte_by_byte) {
                client.send(row.sent);
            } else {
                for (const char c : row.sent.substr(0, 3000)) {
                    client.send(std::string_view(&c, 1));
                }
            }
            if (row.sent.size() > 10'000 && byte_by_byte) {
                continue; // would not reach the limit
            }
            const auto answer = client.answer();
            ASSERT_TRUE(answer) << row.reason;
            EXPECT_EQ(answer->status, row.status) << row.reason;
            EXPECT_EQ(answer->field("Connection"), "close") << row.reason;
            EXPECT_TRUE(client.ended()) << row.reason;
        }
    }
}

TEST(Refusal, OfChunksThatAreMostlyExtensions) {
    RunningServer running(echo, small());
    const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    std::string many;
    for (int i = 0; i < 5; ++i) {
        many += "1;" + std::string(500, 'x') + "\r\na\r\n";
    }
    Client client(running.address());
    client.send(head + many);
    EXPECT_EQ(client.answer()->status, 400);
    EXPECT_TRUE(client.ended());

    Client modest(running.address());
    modest.send(head);
    for (int i = 0; i < 100; ++i) {
        modest.send("00000001\r\na\r\n");
    }
    modest.send("0\r\n\r\n");
    EXPECT_EQ(modest.answer()->status, 200);
}

TEST(Refusal, OfAHeadHasNoBody) {
    RunningServer running(echo, small());
    Client client(running.address());
    client.send("HEAD / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n");
    EXPECT_EQ(client.answer(true)->status, 413);
    EXPECT_TRUE(client.ended());
}

TEST(Refusal, IsNotForAHundredFields) {
    RunningServer running(echo, small());
    Client client(running.address());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n" + many_fields(99) + "\r\n");
    EXPECT_EQ(client.answer()->status, 200);
}

TEST(Refusal, OfARequestThatEndsEarly) {
    RunningServer running(echo, small());
    for (const std::string_view sent :
         {"GET / HT",
          "GET / HTTP/1.1\r\nHost: x\r\n",
          "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabc",
          "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"}) {
        Client client(running.address());
        client.send(sent);
        client.finish_sending();
        const auto answer = client.answer();
        ASSERT_TRUE(answer) << sent;
        EXPECT_EQ(answer->status, 400) << sent;
        EXPECT_TRUE(client.ended());
    }
    Client silent(running.address());
    silent.finish_sending();
    EXPECT_TRUE(silent.ended());
}

TEST(Refusal, IsReadEvenWhileTheClientStillSends) {
    RunningServer running(echo, small());
    Client client(running.address());
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
    client.send(std::string(1'000'000, 'x'));
    EXPECT_EQ(client.answer()->status, 413);
}

TEST(Refusal, IsReadByAClientThatStillSendsForSeconds) {
    RunningServer running(echo, small());
    Client client(running.address());
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
    for (int i = 0; i < 25; ++i) { // it waits for two silent seconds, and for ten in all
        std::this_thread::sleep_for(100ms);
        EXPECT_TRUE(client.send("x"));
    }
    const auto answer = client.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 413);
}

TEST(Refusal, LeavesTheAnswersBeforeIt) {
    RunningServer running(echo, small());
    Client client(running.address());
    client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\nbroken\r\n\r\n");
    EXPECT_EQ(client.answer()->body, "GET /a\n[]");
    EXPECT_EQ(client.answer()->status, 400);
    EXPECT_TRUE(client.ended());
}

TEST(SlowClient, IsCutOffWhileItSendsTheHeader) {
    auto options = RunningServer::quick();
    options.header_timeout = 150ms;
    RunningServer running(echo, options);
    Client client(running.address());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n");
    bool taken = true;
    for (int i = 0; i < 2000 && taken; ++i) {
        taken = client.send("X-Slow: 1\r\n");
        std::this_thread::sleep_for(20ms);
    }
    EXPECT_FALSE(taken);
}

TEST(SlowClient, IsToldThatTimeIsOver) {
    auto options = RunningServer::quick();
    options.header_timeout = 3s; // also what the first byte may take
    options.body_timeout = 3s;
    RunningServer running(echo, options);
    std::vector<std::pair<std::string_view, std::unique_ptr<Client>>> clients;
    for (const std::string_view sent :
         {"GET / HTTP/1.1\r\nHost: x\r\n",
          "G",
          "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5",
          "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
          "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
          "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n"}) {
        clients.emplace_back(sent, std::make_unique<Client>(running.address()));
        clients.back().second->send(sent);
    }
    for (const auto& [sent, client] : clients) {
        const auto answer = client->answer();
        ASSERT_TRUE(answer) << sent;
        EXPECT_EQ(answer->status, 408) << sent;
        EXPECT_TRUE(client->ended());
    }
}

TEST(SlowClient, IsToldThatTimeIsOverBehindAnAnswerToo) {
    auto options = RunningServer::quick();
    options.header_timeout = 1500ms; // also what the first byte may take
    options.body_timeout = 1500ms;
    RunningServer running(echo, options);
    const std::string_view invited =
        "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    for (const auto& [sent, status] : std::vector<std::pair<std::string, int>>{
             {"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT", 200},
             {"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + std::string(invited), 200},
             {std::string(invited), 100}}) {
        Client client(running.address());
        client.send(sent);
        auto answer = client.answer();
        ASSERT_TRUE(answer) << sent;
        EXPECT_EQ(answer->status, status) << sent;
        do {
            answer = client.answer();
            ASSERT_TRUE(answer) << sent;
        } while (answer->status == 100);
        EXPECT_EQ(answer->status, 408) << sent;
        EXPECT_TRUE(client.ended());
    }
}

TEST(SlowClient, HasItsHeaderTimeForEachRequestAnew) {
    auto options = RunningServer::quick();
    options.header_timeout = 5s;
    RunningServer running(echo, options);
    Client client(running.address());
    for (int i = 0; i < 7; ++i) {
        client.send("GET / HT");
        std::this_thread::sleep_for(800ms);
        client.send("TP/1.1\r\nHost: x\r\n\r\n");
        ASSERT_TRUE(client.answer());
    }
}

TEST(SlowClient, ThatKeepsAConnectionIdleLosesItSilently) {
    auto options = RunningServer::quick();
    options.keep_alive_timeout = 1s;
    RunningServer running(echo, options);
    Client used(running.address());
    EXPECT_EQ(used.get("/")->status, 200);
    EXPECT_TRUE(used.ended());
}

TEST(SlowClient, ThatDoesNotReadIsCutOff) {
    auto options = RunningServer::quick();
    options.write_timeout = 100ms;
    options.max_connections = 1;
    RunningServer running(
        [](const http::Request& request) {
            return text_response(std::string(request.target == "/large" ? 30'000'000 : 1, 'x'));
        },
        options
    );
    Client client(running.address());
    client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
    // Another is served once that one is gone.
    for (int status = 0; status != 200;) {
        std::this_thread::sleep_for(10ms);
        const auto answer = Client(running.address()).get("/small");
        status = answer ? answer->status : 0;
    }
    EXPECT_LT(client.read(40'000'000).size(), 30'000'000U);
}

TEST(SlowClient, DoesNotHinderALongHandler) {
    auto options = RunningServer::quick();
    options.header_timeout = options.body_timeout = options.write_timeout = 2s;
    options.keep_alive_timeout = 2s;
    RunningServer running(
        [](const http::Request& request) {
            std::this_thread::sleep_for(2500ms);
            return echo(request);
        },
        options
    );
    Client client(running.address());
    EXPECT_EQ(client.get("/")->status, 200);
}

} // namespace
} // namespace drf_messages::server
