// SPDX-License-Identifier: MIT
// While more requests than there are workers wait for something that is computed.
#include "fibers/background.hpp"
#include "running_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace drf_messages::server {
namespace {

std::ptrdiff_t threads() {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return std::distance(begin(tasks), end(tasks));
}

class ComputingServer : public testing::Test {
protected:
    static constexpr int count = 12;
    const std::ptrdiff_t others = threads();

    ComputingServer() {
        // one at a time: so many have come once the last one is read
        for (int i = 0; i < count; ++i) {
            clients.push_back(std::make_unique<Client>(running.address()));
            clients.back()->send("GET /compute HTTP/1.1\r\nHost: x\r\n\r\n");
            arrivals.wait_for_arrivals(i + 1);
        }
    }
    ~ComputingServer() override { gate.open(); }

    Gate arrivals;
    Gate gate;
    RunningServer running{
        [this](const http::Request& request) {
            if (request.target == "/compute") {
                arrivals.arrive();
                fibers::in_background([this] { gate.pass(); });
                // Once more, as for a hash that is replaced.
                fibers::in_background([] {});
            }
            return echo(request);
        },
        RunningServer::quick()};
    std::vector<std::unique_ptr<Client>> clients;
};

TEST_F(ComputingServer, AnswersTheOthers) {
    Client other(running.address());
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(other.get("/other")->status, 200);
        EXPECT_EQ(Client(running.address()).get("/another")->status, 200);
    }
    gate.open();
    for (const auto& client : clients) {
        EXPECT_EQ(client->answer()->body, "GET /compute\n[]");
        EXPECT_EQ(client->get("/again")->status, 200);
    }
}

TEST_F(ComputingServer, HasNoMoreThreadsThanBeforeWhenAllIsComputed) {
    gate.open();
    for (const auto& client : clients) {
        EXPECT_EQ(client->answer()->status, 200);
    }
    // those that stood in for others end on their own, sooner or later
    const auto usual = others + 3; // two workers, and who accepts
    for (int i = 0; i < 10'000 && threads() > usual; ++i) {
        EXPECT_EQ(Client(running.address()).get("/other")->status, 200);
    }
    EXPECT_LE(threads(), usual);
}

TEST_F(ComputingServer, DrainsWhenAllIsComputed) {
    running.server().stop();
    gate.open();
    for (const auto& client : clients) {
        EXPECT_EQ(client->answer()->field("Connection"), "close");
    }
    running.join();
}

TEST_F(ComputingServer, ForgetsClientsThatDoNotWait) {
    for (const auto& client : clients) {
        client->reset();
    }
    gate.open();
    EXPECT_EQ(Client(running.address()).get("/after")->status, 200);
}

} // namespace
} // namespace drf_messages::server
