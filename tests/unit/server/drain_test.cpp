// SPDX-License-Identifier: MIT
#include "running_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace drf_messages::server {
namespace {

using namespace std::chrono_literals;

TEST(Drain, LetsARequestUnderWayFinishAndClosesIdleConnections) {
    Gate gate;
    RunningServer running(slow_at(gate));
    Client idle(running.address());
    EXPECT_EQ(idle.get("/")->status, 200);
    Client busy(running.address());
    busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n");
    gate.wait_for_arrivals(1);

    running.server().stop();
    EXPECT_TRUE(idle.ended());
    EXPECT_FALSE(running.returned());
    EXPECT_FALSE(Client(running.address()).connected());

    gate.open();
    const auto answer = busy.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "GET /slow\n[]");
    EXPECT_EQ(answer->field("Connection"), "close");
    EXPECT_TRUE(busy.ended());
    running.join();
}

TEST(Drain, WaitsForARequestThatIsStillBeingSent) {
    RunningServer running;
    Client client(running.address());
    EXPECT_EQ(client.get("/")->status, 200);
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.answer()->status, 100);
    running.server().stop();
    client.send("ab");
    const auto answer = client.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->field("Connection"), "close");
}

TEST(Drain, CutsWhatTakesTooLong) {
    Gate gate;
    auto options = RunningServer::quick();
    options.drain_timeout = 50ms;
    RunningServer running(
        [&](const http::Request& request) {
            gate.pass();
            return echo(request);
        },
        options
    );
    Client client(running.address());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    gate.wait_for_arrivals(1);
    running.server().stop();
    EXPECT_TRUE(client.ended());
    running.join();
    EXPECT_TRUE(running.returned());
    gate.open();
}

TEST(Drain, MayBeAskedForTwiceOrBeforeTheStart) {
    {
        RunningServer running;
        running.server().stop();
        running.server().stop();
        running.join();
    }
    Server server(RunningServer::quick(), echo, no_log());
    server.stop();
    server.run();
}

TEST(Drain, IsCutByWhoeverDoesNotWantToWait) {
    Gate gate;
    auto options = RunningServer::quick();
    options.drain_timeout = 60s;
    RunningServer running(
        [&](const http::Request& request) {
            gate.pass();
            return echo(request);
        },
        options
    );
    Client client(running.address());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    gate.wait_for_arrivals(1);
    running.server().stop();
    running.server().cut();
    EXPECT_TRUE(client.ended());
    running.join();
    EXPECT_TRUE(running.returned());
    gate.open();
}

TEST(Drain, WorksWithSeveralIoThreadsUnderLoad) {
    auto options = RunningServer::quick();
    options.io_threads = 3;
    options.workers = 4;
    RunningServer running(echo, options);
    std::vector<std::thread> clients;
    std::atomic<int> answered{0};
    for (int i = 0; i < 8; ++i) {
        clients.emplace_back([&] {
            Client client(running.address());
            while (const auto answer = client.get("/x")) {
                EXPECT_EQ(answer->body, "GET /x\n[]");
                ++answered;
            }
        });
    }
    while (answered < 400) {
        std::this_thread::sleep_for(1ms);
    }
    running.server().stop();
    for (auto& client : clients) {
        client.join();
    }
    running.join();
}

} // namespace
} // namespace drf_messages::server
