// SPDX-License-Identifier: MIT
#include "running_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <string>
#include <thread>

namespace drf_messages::server {
namespace {

bool becomes_alive(const Server& server) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!server.is_alive() && std::chrono::steady_clock::now() < end) {
        std::this_thread::yield();
    }
    return server.is_alive();
}

TEST(SignsOfLife, AreGivenEachTimeThatTheyAreAskedFor) {
    auto options = RunningServer::quick();
    options.io_threads = 2;
    RunningServer running(echo, options);
    for (int i = 0; i < 100; ++i) {
        running.server().ask_for_life();
        ASSERT_TRUE(becomes_alive(running.server()));
    }
    EXPECT_EQ(Client(running.address()).get("/")->status, 200);
}

TEST(SignsOfLife, AreNotGivenWhileEveryWorkerIsBusy) {
    Gate gate;
    auto options = RunningServer::quick();
    options.workers = 1;
    options.fibers = 1;
    RunningServer running(slow_at(gate), options);
    Client client(running.address());
    client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    gate.wait_for_arrivals(1);
    running.server().ask_for_life();
    EXPECT_FALSE(running.server().is_alive());
    gate.open();
    EXPECT_TRUE(becomes_alive(running.server()));
    EXPECT_EQ(client.answer()->status, 200);
}

TEST(Listen, ServesASocketThatListensAlready) {
    const int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::bind(listening, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(listening, 16), 0);
    auto options = RunningServer::quick();
    options.bind = {};
    options.listening = {listening};
    RunningServer running(echo, options);
    EXPECT_THAT(running.address(), testing::MatchesRegex("http://127\\.0\\.0\\.1:[1-9][0-9]*"));
    EXPECT_EQ(Client(running.address()).get("/")->status, 200);
}

TEST(Observers, AreToldOfEachAnswerWithItsRoute) {
    LogLines told;
    auto options = RunningServer::quick();
    options.access_log = false;
    options.observe = [sink = told.sink()](const Answered& answered) {
        sink(
            LogLevel::info,
            answered.request.method + " " + std::to_string(answered.status) + " " +
                std::string(answered.route) + (answered.was_stream ? " stream" : "")
        );
    };
    RunningServer running(
        [](const http::Request&) {
            auto response = text_response("hello", 404);
            response.route = "/messages/{pk}/";
            return response;
        },
        options
    );
    Client client(running.address());
    client.get("/messages/7/");
    client.send("broken\r\n\r\n");
    client.answer();
    EXPECT_THAT(
        told.wait_for(2), testing::UnorderedElementsAre("GET 404 /messages/{pk}/", " 400 ")
    );
}

} // namespace
} // namespace drf_messages::server
