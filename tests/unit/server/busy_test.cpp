// SPDX-License-Identifier: MIT
// While all workers are at something that takes its time.
#include "running_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace drf_messages::server {
namespace {

class BusyServer : public testing::Test {
protected:
    static ServerOptions options() {
        auto options = RunningServer::quick();
        options.workers = 2;
        options.is_urgent = [](const http::Request& request) {
            return request.target == "/urgent";
        };
        return options;
    }

    BusyServer() {
        for (int i = 0; i < 2; ++i) {
            slow.push_back(std::make_unique<Client>(running.address()));
            slow.back()->send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        gate.wait_for_arrivals(2);
    }
    ~BusyServer() override { gate.open(); }

    Gate gate;
    RunningServer running{slow_at(gate), options()};
    std::vector<std::unique_ptr<Client>> slow;
};

TEST_F(BusyServer, AnswersWhatIsUrgent) {
    Client client(running.address());
    for (int i = 0; i < 3; ++i) {
        const auto answer = client.get("/urgent");
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->status, 200);
    }
}

TEST(UrgentRequest, ThatWaitsForSomethingKeepsNoWorkerFromTheOthers) {
    Gate gate;
    auto options = RunningServer::quick();
    options.workers = 1;
    options.is_urgent = [](const http::Request& request) { return request.target == "/slow"; };
    RunningServer running(slow_at(gate), options);
    Client waiting(running.address());
    waiting.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    gate.wait_for_arrivals(1);
    const auto other = Client(running.address()).get("/other");
    gate.open();
    ASSERT_TRUE(other);
    EXPECT_EQ(other->status, 200);
    EXPECT_EQ(waiting.answer()->status, 200);
    EXPECT_EQ(waiting.get("/again")->status, 200);
}

TEST_F(BusyServer, AnswersTheOthersOnceAWorkerIsFree) {
    std::vector<std::unique_ptr<Client>> others;
    for (int i = 0; i < 20; ++i) {
        others.push_back(std::make_unique<Client>(running.address()));
        // Half of them have the rest of their request sent later.
        others.back()->send(
            "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na"
        );
        if (i % 2 == 0) {
            others.back()->send("b");
        }
    }
    // By now the reactor has read what the workers have not.
    EXPECT_EQ(Client(running.address()).get("/urgent")->status, 200);
    EXPECT_EQ(Client(running.address()).get("/urgent")->status, 200);
    gate.open();
    for (int i = 0; i < 20; ++i) {
        if (i % 2 == 1) {
            others[static_cast<std::size_t>(i)]->send("b");
        }
        const auto answer = others[static_cast<std::size_t>(i)]->answer();
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->body, "POST /" + std::to_string(i) + "\nContent-Length=2\n[ab]");
        EXPECT_EQ(others[static_cast<std::size_t>(i)]->get("/again")->status, 200);
    }
    for (const auto& client : slow) {
        EXPECT_EQ(client->answer()->body, "GET /slow\n[]");
    }
}

TEST_F(BusyServer, ForgetsClientsThatLeaveBeforeTheirTurn) {
    for (int i = 0; i < 20; ++i) {
        Client leaving(running.address());
        leaving.send("GET /left HTTP/1.1\r\nHost: x\r\n\r\n");
        if (i % 2 == 0) {
            leaving.reset();
        }
    }
    gate.open();
    for (const auto& client : slow) {
        EXPECT_EQ(client->answer()->status, 200);
        EXPECT_EQ(client->get("/after")->status, 200);
    }
}

TEST_F(BusyServer, DrainsOnceTheWorkersAreDone) {
    Client waiting(running.address());
    waiting.send("GET /waiting HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(Client(running.address()).get("/urgent")->status, 200);
    running.server().stop();
    gate.open();
    const auto answer = waiting.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->field("Connection"), "close");
    running.join();
}

} // namespace
} // namespace drf_messages::server
