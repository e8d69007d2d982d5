// SPDX-License-Identifier: MIT
// Answers that go on for as long as their client listens.
#include "running_server.hpp"
#include "talk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace drf_messages::server {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

/// Answers /stream with what the talk says, everything else with an echo.
class StreamTest : public testing::Test {
protected:
    void serve(ServerOptions options = RunningServer::quick()) {
        running.emplace(
            [this](const http::Request& request) {
                return request.target == "/stream" ? talk.answer() : echo(request);
            },
            std::move(options)
        );
    }

    /// A client that has read the head of a stream that has started.
    std::unique_ptr<Client> listener() {
        auto client = std::make_unique<Client>(running->address());
        listen(*client);
        return client;
    }
    void listen(Client& client) {
        client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
        EXPECT_TRUE(talk.wait_until_started(++listeners));
    }

    Talk talk;
    int listeners = 0;
    std::optional<RunningServer> running;
};

TEST_F(StreamTest, SendsEachPieceAsSoonAsItIsThere) {
    talk.say("before");
    serve();
    const auto client = listener();
    EXPECT_EQ(client->read(11), "6\r\nbefore\r\n");
    for (const std::string text : {"a", "b", "c"}) {
        talk.say(text);
        EXPECT_EQ(client->read(6), "1\r\n" + text + "\r\n");
    }
    EXPECT_EQ(talk.destroyed(), 0);
}

TEST_F(StreamTest, ThatEndsKeepsTheConnectionForTheNextRequest) {
    serve();
    Client client(running->address());
    EXPECT_EQ(client.get("/before")->status, 200);
    listen(client);
    talk.say("hello");
    EXPECT_EQ(client.read(10), "5\r\nhello\r\n");
    talk.end();
    EXPECT_EQ(client.read(5), "0\r\n\r\n");
    EXPECT_TRUE(talk.wait_until_destroyed(1));
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(client.get("/between")->body, "GET /between\n[]");
        EXPECT_EQ(client.get("/stream")->body, "hello");
    }
}

TEST_F(StreamTest, LetsTheNextRequestOfItsClientWait) {
    serve();
    const auto client = listener();
    client->send("POST /next HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na");
    talk.say("hello");
    EXPECT_EQ(client->read(10), "5\r\nhello\r\n");
    talk.end();
    EXPECT_EQ(client->read(5), "0\r\n\r\n");
    client->send("b");
    EXPECT_EQ(client->answer()->body, "POST /next\nContent-Length=2\n[ab]");
    EXPECT_EQ(client->get("/after")->status, 200);
}

TEST_F(StreamTest, ToHttp10EndsWithTheConnection) {
    talk.say("hello");
    talk.end();
    serve();
    Client client(running->address());
    client.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const auto all = client.read_to_end();
    ASSERT_TRUE(all);
    EXPECT_THAT(*all, HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_THAT(*all, Not(HasSubstr("chunked")));
    EXPECT_THAT(*all, testing::EndsWith("\r\n\r\nhello"));
}

TEST_F(StreamTest, EndsWithTheConnectionWhereTheClientWantsThat) {
    talk.say("hello");
    talk.end();
    serve();
    Client client(running->address());
    client.send("GET /stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(client.answer()->body, "hello");
    EXPECT_TRUE(client.ended());
}

TEST_F(StreamTest, IsNotStartedForHead) {
    serve();
    Client client(running->address());
    client.send("HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto answer = client.answer(true);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->field("Content-Type"), "text/event-stream");
    EXPECT_EQ(client.get("/after")->status, 200);
    EXPECT_EQ(talk.started(), 0);
    EXPECT_TRUE(talk.wait_until_destroyed(1));
}

TEST_F(StreamTest, HoldsNoWorkerWhileItsClientListens) {
    constexpr int count = 200;
    serve();
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < count; ++i) {
        clients.push_back(listener());
    }
    Client other(running->address());
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(other.get("/")->status, 200);
    }
    std::thread([&] { talk.say("news"); }).join();
    for (const auto& client : clients) {
        EXPECT_EQ(client->read(9), "4\r\nnews\r\n");
    }
    EXPECT_EQ(other.get("/")->status, 200);
    EXPECT_EQ(talk.destroyed(), 0);
    clients.clear();
    EXPECT_TRUE(talk.wait_until_destroyed(count));
}

TEST_F(StreamTest, IsCountedApartFromConnections) {
    auto options = RunningServer::quick();
    options.max_connections = 2;
    options.max_streams = 20;
    serve(std::move(options));
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(listener());
    }
    EXPECT_EQ(Client(running->address()).get("/")->status, 200);
    talk.say("news");
    for (const auto& client : clients) {
        EXPECT_EQ(client->read(9), "4\r\nnews\r\n");
    }
    clients.pop_back();
    EXPECT_TRUE(talk.wait_until_destroyed(1));
    clients.push_back(listener());
    EXPECT_EQ(clients.back()->read(9), "4\r\nnews\r\n");
}

TEST_F(StreamTest, TakesTheConnectionsPlaceWhereThereIsNoneForStreams) {
    auto options = RunningServer::quick();
    options.max_streams = 1;
    serve(std::move(options));
    const auto first = listener();
    const auto second = listener();
    talk.say("news");
    EXPECT_EQ(first->read(9), "4\r\nnews\r\n");
    EXPECT_EQ(second->read(9), "4\r\nnews\r\n");
    talk.end();
    EXPECT_EQ(first->read(5), "0\r\n\r\n");
    EXPECT_EQ(second->read(5), "0\r\n\r\n");
}

TEST_F(StreamTest, IsDestroyedWhenItsClientGoes) {
    serve();
    auto leaving = listener();
    auto crashing = listener();
    const auto staying = listener();
    leaving.reset();
    EXPECT_TRUE(talk.wait_until_destroyed(1));
    crashing->reset();
    EXPECT_TRUE(talk.wait_until_destroyed(2));
    talk.say("hello");
    EXPECT_EQ(staying->read(10), "5\r\nhello\r\n");
    EXPECT_EQ(talk.destroyed(), 2);
}

TEST_F(StreamTest, IsDestroyedWhenItsClientSendsAndSends) {
    serve();
    const auto client = listener();
    client->send(std::string(1'000'000, 'x'));
    EXPECT_TRUE(talk.wait_until_destroyed(1));
}

TEST_F(StreamTest, IsAskedForMoreOnlyWhenTheSocketHasTakenAPiece) {
    talk.say_for_ever();
    auto options = RunningServer::quick();
    options.write_timeout = 200ms;
    serve(std::move(options));
    Client client(running->address());
    client.send("GET /stream HTTP/1.0\r\n\r\n");
    // the client does not read, so its time is over; meanwhile the stream has had no end of turns
    EXPECT_TRUE(talk.wait_until_destroyed(1));
    client.read_until("\r\n\r\n");
    const auto received = client.read(std::size_t(1) << 40U).size();
    constexpr std::size_t piece = 64 * 1024;
    EXPECT_LE(talk.given_bytes(), received + piece);
}

TEST_F(StreamTest, IsCountedAmongAnswersThatAreTakenSlowly) {
    talk.say_for_ever();
    constexpr std::size_t piece = 64 * 1024;
    auto options = RunningServer::quick();
    options.io_threads = 1;
    options.write_timeout = 10min; // no deadline ends one
    options.drain_timeout = 50ms;
    options.answers_limit_bytes = 2 * piece + piece / 2;
    serve(std::move(options));
    std::vector<std::unique_ptr<Client>> slow;
    for (int i = 0; i < 5; ++i) {
        slow.push_back(listener());
    }
    EXPECT_TRUE(talk.wait_until_destroyed(3));
    EXPECT_EQ(Client(running->address()).get("/")->status, 200);
    EXPECT_EQ(talk.destroyed(), 3);
    const auto lines = running->log.wait_for(1);
    EXPECT_EQ(
        std::count_if(
            lines.begin(),
            lines.end(),
            [](const auto& line) { return line.find("clients take slowly") != line.npos; }
        ),
        1
    );
}

TEST_F(StreamTest, IsNotSubjectToTheDeadlinesOfRequestsWhileItIsSilent) {
    auto options = RunningServer::quick();
    options.header_timeout = options.body_timeout = 50ms;
    options.write_timeout = options.keep_alive_timeout = 50ms;
    serve(std::move(options));
    std::optional<Client> client;
    do { // on a busy machine the deadline of the request itself comes first
        client.emplace(running->address());
        client->send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    } while (client->read_until("\r\n\r\n").find("HTTP/1.1 200 OK\r\n") != 0);
    for (int i = 0; i < 2; ++i) {
        EXPECT_TRUE(Client(running->address()).ended());
    }
    talk.say("still there");
    EXPECT_EQ(client->read(16), "b\r\nstill there\r\n");
    talk.end();
    EXPECT_EQ(client->read(5), "0\r\n\r\n");
    EXPECT_TRUE(client->ended()); // by the deadline of an idle connection
}

TEST_F(StreamTest, HasItsLastWordsInADrain) {
    talk.leave_last_words("bye");
    serve();
    auto first = listener();
    auto second = listener();
    running->server().stop();
    for (auto* const client : {&first, &second}) {
        EXPECT_EQ((*client)->read_to_end(), "3\r\nbye\r\n0\r\n\r\n");
        client->reset();
    }
    running->join();
    EXPECT_TRUE(running->returned());
    EXPECT_EQ(talk.drained(), 2);
    EXPECT_EQ(talk.destroyed(), 2);
}

TEST_F(StreamTest, WithoutLastWordsEndsInADrainAllTheSame) {
    serve();
    auto client = listener();
    running->server().stop();
    EXPECT_EQ(client->read_to_end(), "0\r\n\r\n");
    client.reset();
    running->join();
    EXPECT_EQ(talk.drained(), 1);
}

TEST_F(StreamTest, ThatTakesTooLongInADrainIsCut) {
    talk.say_for_ever();
    auto options = RunningServer::quick();
    options.drain_timeout = 50ms;
    serve(std::move(options));
    const auto client = listener();
    running->server().stop();
    running->join();
    EXPECT_TRUE(running->returned());
    EXPECT_EQ(talk.destroyed(), 1);
}

TEST_F(StreamTest, MayBeWokenByAnybodyAtAnyTime) {
    serve();
    auto client = listener();
    const auto wakes = talk.wakes();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 250; ++n) {
                talk.say("x");
                talk.wake_all();
            }
        });
    }
    for (int i = 0; i < 1000; ++i) {
        EXPECT_EQ(client->read(6), "1\r\nx\r\n");
    }
    for (auto& thread : threads) {
        thread.join();
    }
    client.reset();
    EXPECT_TRUE(talk.wait_until_destroyed(1));
    talk.wake_all();
    EXPECT_EQ(Client(running->address()).get("/")->status, 200);
    running.reset();
    talk.wake_all();
}

TEST_F(StreamTest, IsLoggedWhenItEndsWithWhatWasSent) {
    serve();
    auto client = listener();
    talk.say("hello");
    EXPECT_EQ(client->read(10), "5\r\nhello\r\n");
    EXPECT_EQ(Client(running->address()).get("/other")->status, 200);
    EXPECT_THAT(running->log.wait_for(1), ElementsAre(HasSubstr("\"GET /other\" 200")));
    client.reset();
    EXPECT_THAT(
        running->log.wait_for(2),
        ElementsAre(
            HasSubstr("\"GET /other\" 200"),
            MatchesRegex("127\\.0\\.0\\.1 \"GET /stream\" 200 5 [0-9]+\\.[0-9]+ ms")
        )
    );
    const auto next = listener();
    talk.end();
    EXPECT_EQ(next->read(15), "5\r\nhello\r\n0\r\n\r\n");
    EXPECT_THAT(running->log.wait_for(3).back(), HasSubstr("\"GET /stream\" 200 5 "));
}

TEST_F(StreamTest, IsLoggedOnceWhenTheDrainCutsItsConnectionBeforeItBegins) {
    for (const bool is_urgent : {false, true}) {
        LogLines log;
        Gate gate;
        auto options = RunningServer::quick();
        options.drain_timeout = 50ms;
        options.is_urgent = [&](const http::Request& request) {
            return is_urgent && request.target == "/stream";
        };
        const auto handler = [&](const http::Request& request) {
            if (request.target != "/stream") {
                return echo(request);
            }
            gate.pass();
            return talk.answer();
        };
        {
            Server server(options, handler, log.sink());
            std::thread thread([&] { server.run(); });
            Client client(server.addresses().front());
            client.send("GET /str");
            EXPECT_EQ(Client(server.addresses().front()).get("/")->status, 200);
            client.send("eam HTTP/1.1\r\nHost: x\r\n\r\n");
            gate.wait_for_arrivals(1);
            server.stop();
            EXPECT_TRUE(client.ended());
            thread.join();
            gate.open();
        }
        EXPECT_THAT(
            log.wait_for(0),
            ElementsAre(HasSubstr("\"GET /\" 200"), HasSubstr("\"GET /stream\" 200 0 "))
        );
    }
    EXPECT_EQ(talk.destroyed(), 2);
}

TEST_F(StreamTest, ThatThrowsEndsItsConnectionOnly) {
    serve();
    const auto client = listener();
    talk.fail();
    EXPECT_TRUE(client->ended()
    ); // without the last chunk, so the client sees that something is missing
    EXPECT_TRUE(talk.wait_until_destroyed(1));
    EXPECT_THAT(
        running->log.wait_for(2),
        ElementsAre("server: the stream failed: nothing to say", HasSubstr("\"GET /stream\" 200 0"))
    );
    EXPECT_EQ(Client(running->address()).get("/")->status, 200);
}

TEST_F(StreamTest, MayBeTheAnswerToAnUrgentRequest) {
    auto options = RunningServer::quick();
    options.is_urgent = [](const http::Request& request) { return request.target == "/stream"; };
    serve(std::move(options));
    Client client(running->address());
    client.send("GET /str");
    EXPECT_EQ(Client(running->address()).get("/")->status, 200);
    client.send("eam HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("HTTP/1.1 200 OK"));
    talk.say("hello");
    EXPECT_EQ(client.read(10), "5\r\nhello\r\n");
}

} // namespace
} // namespace drf_messages::server
