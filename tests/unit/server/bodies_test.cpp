// SPDX-License-Identifier: MIT
#include "running_server.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace drf_messages::server {
namespace {

constexpr std::size_t large = 1'000'000;

std::string post(const std::string& target, std::size_t length) {
    return "POST " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(length) +
           "\r\n\r\n";
}

/// Room for two large bodies, and for a small one of each connection.
ServerOptions with_little_room() {
    auto options = RunningServer::quick();
    options.workers = 4;
    options.max_connections = 100;
    options.body_limit_bytes = large;
    options.bodies_limit_bytes = 4 * large;
    return options;
}

http::Response count(const http::Request& request) {
    return text_response(std::to_string(request.body.size()));
}

TEST(Bodies, ThatNobodyUsesAreReadAndForgotten) {
    auto options = RunningServer::quick();
    options.takes_body = [](const http::Request& head) {
        return head.method == "POST" && head.headers.contains("X-Used") && head.body.empty();
    };
    RunningServer running(echo, options);
    Client client(running.address());
    client.send(post("/a", 5) + "hello");
    EXPECT_EQ(client.answer()->body, "POST /a\nContent-Length=5\n[]");
    client.send("POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                "5\r\nhello\r\n0\r\n\r\n");
    EXPECT_EQ(client.answer()->body, "POST /b\nTransfer-Encoding=chunked\n[]");
    client.send("POST /c HTTP/1.1\r\nX-Used: x\r\nContent-Length: 5\r\nHost: x\r\n\r\nhello");
    EXPECT_EQ(client.answer()->body, "POST /c\nX-Used=x\nContent-Length=5\n[hello]");
    client.send(post("/d", options.body_limit_bytes + 1));
    EXPECT_EQ(client.answer()->status, 413);
}

TEST(Bodies, OfNoUseTakeNoRoom) {
    auto options = with_little_room();
    options.takes_body = [](const http::Request&) { return false; };
    RunningServer running(count, options);
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 10; ++i) {
        clients.push_back(std::make_unique<Client>(running.address()));
        clients.back()->send(post("/", large) + std::string(large - 1, 'x'));
    }
    for (const auto& client : clients) {
        client->send("x");
        EXPECT_EQ(client->answer()->body, "0");
    }
}

TEST(Bodies, ShareOneBoundThatLeavesRoomForSmallOnes) {
    Gate gate;
    RunningServer running(
        [&](const http::Request& request) {
            if (request.body.size() == large) {
                gate.pass();
            }
            return count(request);
        },
        with_little_room()
    );
    const std::string body(large, 'x');
    Client first(running.address());
    first.send(post("/1", large) + body);
    gate.wait_for_arrivals(1);
    Client second(running.address());
    second.send(post("/2", large) + body);
    gate.wait_for_arrivals(2);

    Client third(running.address());
    third.send(post("/3", large) + body);
    EXPECT_EQ(third.answer()->status, 503);
    EXPECT_TRUE(third.ended());
    Client in_chunks(running.address());
    in_chunks.send(
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nF4240\r\n" + body
    );
    EXPECT_EQ(in_chunks.answer()->status, 503);
    Client small(running.address());
    small.send(post("/small", 10'000) + body.substr(0, 10'000));
    EXPECT_EQ(small.answer()->body, "10000");

    gate.open();
    EXPECT_EQ(first.answer()->body, "1000000");
    EXPECT_EQ(second.answer()->body, "1000000");
    Client later(running.address());
    later.send(post("/later", large) + body);
    EXPECT_EQ(later.answer()->body, "1000000");
}

TEST(Bodies, LeaveTheirRoomWithTheirConnection) {
    RunningServer running(count, with_little_room());
    const std::string body(large, 'x');
    for (int i = 0; i < 10; ++i) {
        Client leaving(running.address());
        leaving.send(post("/", large) + body.substr(1));
    }
    // whoever left is noticed sooner or later
    int status = 503;
    for (int i = 0; i < 10'000 && status == 503; ++i) {
        Client later(running.address());
        later.send(post("/", large) + body);
        status = later.answer()->status;
    }
    EXPECT_EQ(status, 200);
}

} // namespace
} // namespace drf_messages::server
