// SPDX-License-Identifier: MIT
// Requests that wait in fibers.
#include "fibers/wake_up.hpp"
#include "running_server.hpp"
#include "talk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace drf_messages::server {
namespace {

/// Where requests wait until so many have come.
class Meeting {
public:
    explicit Meeting(std::size_t wanted) : wanted_(wanted) {}

    void come() {
        std::unique_lock lock(mutex_);
        fibers::WakeUp complete;
        waiting_.push_back(&complete);
        if (waiting_.size() == wanted_) {
            for (fibers::WakeUp* const other : waiting_) {
                other->notify();
            }
        }
        complete.wait(lock, [this] { return waiting_.size() >= wanted_; });
    }

private:
    std::size_t wanted_;
    std::mutex mutex_;
    std::vector<fibers::WakeUp*> waiting_;
};

class ServerWithFibers : public testing::Test {
protected:
    static ServerOptions options() {
        auto options = RunningServer::quick();
        options.workers = 1;
        options.fibers = 3;
        return options;
    }

    Meeting meeting{3};
    Talk talk;
    RunningServer running{
        [this](const http::Request& request) {
            if (request.target == "/meet") {
                meeting.come();
            } else if (request.target == "/stream") {
                return talk.answer();
            }
            return echo(request);
        },
        options()};
};

TEST_F(ServerWithFibers, HasAWorkerAnswerManyWhoWaitForEachOther) {
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(std::make_unique<Client>(running.address()));
        clients.back()->send("GET /meet HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    for (const auto& client : clients) {
        const auto answer = client->answer();
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->body, "GET /meet\n[]");
        EXPECT_EQ(client->get("/again")->status, 200);
    }
}

TEST_F(ServerWithFibers, AnswersOthersWhileSomeWait) {
    Client first(running.address());
    Client second(running.address());
    first.send("GET /meet HTTP/1.1\r\nHost: x\r\n\r\n");
    second.send("GET /meet HTTP/1.1\r\nHost: x\r\n\r\n");
    Client other(running.address());
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(other.get("/" + std::to_string(i))->status, 200);
    }
    EXPECT_EQ(other.get("/meet")->status, 200);
    EXPECT_EQ(first.answer()->status, 200);
    EXPECT_EQ(second.answer()->status, 200);
}

TEST_F(ServerWithFibers, HoldsNoneForAClientThatListensToAStream) {
    std::vector<std::unique_ptr<Client>> listeners;
    for (int i = 0; i < 10; ++i) {
        listeners.push_back(std::make_unique<Client>(running.address()));
        listeners.back()->send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    ASSERT_TRUE(talk.wait_until_started(10));
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(std::make_unique<Client>(running.address()));
        clients.back()->send("GET /meet HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    for (const auto& client : clients) {
        EXPECT_EQ(client->answer()->status, 200);
    }
    talk.say("hello");
    talk.end();
    for (const auto& client : listeners) {
        EXPECT_EQ(client->answer()->body, "hello");
        EXPECT_EQ(client->get("/again")->status, 200);
    }
}

TEST_F(ServerWithFibers, LetsThoseWhoWaitFinishBeforeItEnds) {
    Client first(running.address());
    Client second(running.address());
    first.send("GET /meet HTTP/1.1\r\nHost: x\r\n\r\n");
    second.send("GET /meet HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(Client(running.address()).get("/before")->status, 200);
    Client third(running.address());
    third.send("GET /meet HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n"
    ); // its last byte comes later
    EXPECT_EQ(Client(running.address()).get("/before")->status, 200);
    running.server().stop();
    third.send("x");
    EXPECT_EQ(third.answer()->status, 200);
    EXPECT_EQ(first.answer()->field("Connection"), "close");
    EXPECT_EQ(second.answer()->status, 200);
    running.join();
}

} // namespace
} // namespace drf_messages::server
