// SPDX-License-Identifier: MIT
// Who has a place in a server, and who makes room.
#include "running_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace drf_messages::server {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t large_size = 30'000'000;

/// No deadline is to end a connection here.
ServerOptions patient(std::size_t max_connections) {
    auto options = RunningServer::quick();
    options.max_connections = max_connections;
    options.header_timeout = options.body_timeout = options.keep_alive_timeout = 10min;
    options.write_timeout = 10min;
    options.drain_timeout = 400ms; // it also says how often those who wait for a place are asked
    options.is_urgent = [](const http::Request& request) { return request.target == "/urgent"; };
    return options;
}

http::Response echo_or_large(const http::Request& request) {
    return request.target == "/large" ? text_response(std::string(large_size, 'x')) : echo(request);
}

/// The status that a new client gets, once it is another than 503: what the others have sent just
/// before may be in a worker's hands for a moment.
int status_of_a_new_client(const std::string& address) {
    int status = 503;
    for (int i = 0; i < 10'000 && status == 503; ++i) {
        const auto answer = Client(address).get("/new");
        status = answer ? answer->status : 0;
    }
    return status;
}

TEST(NewConnection, ThatSaysNothingIsClosedAsSoonAsAHeaderWouldBeLate) {
    auto options = patient(10);
    options.header_timeout = 200ms;
    RunningServer running(echo, options);
    Client silent(running.address());
    Client blank(running.address());
    EXPECT_TRUE(blank.send("\r\n"));
    EXPECT_TRUE(silent.ended());
    EXPECT_TRUE(blank.ended());
}

TEST(NewConnection, HasTheTimeOfAnIdleOneAfterItsFirstRequest) {
    auto options = patient(10);
    options.header_timeout = 2s;
    RunningServer running(echo, options);
    Client used(running.address());
    EXPECT_EQ(used.get("/first")->status, 200);
    EXPECT_TRUE(Client(running.address()).ended()); // one that is newer
    EXPECT_EQ(used.get("/second")->status, 200);
}

TEST(FullServer, ClosesTheConnectionThatHasBeenIdleLongest) {
    auto options = patient(2);
    options.workers = 1; // so that it is done with one of them when it answers the other
    RunningServer running(echo, options);
    Client first(running.address());
    Client second(running.address());
    EXPECT_EQ(first.get("/")->status, 200);
    EXPECT_EQ(second.get("/")->status, 200);
    EXPECT_EQ(first.get("/")->status, 200);
    Client third(running.address());
    EXPECT_EQ(third.get("/")->status, 200);
    EXPECT_TRUE(second.ended());
    EXPECT_EQ(first.get("/")->status, 200);
    EXPECT_EQ(third.get("/")->status, 200);
}

TEST(FullServer, HasRoomForNewClientsBesideManyThatSayNothing) {
    RunningServer running(echo, patient(100));
    std::vector<std::unique_ptr<Client>> silent;
    for (int i = 0; i < 300; ++i) {
        silent.push_back(std::make_unique<Client>(running.address()));
        if (i % 100 == 99) {
            const auto answer = Client(running.address()).get("/new");
            ASSERT_TRUE(answer);
            EXPECT_EQ(answer->status, 200);
        }
    }
    const auto lines = running.log.wait_for(4);
    EXPECT_EQ(
        std::count_if(
            lines.begin(),
            lines.end(),
            [](const auto& line) { return line.find("100 connections are in use") != line.npos; }
        ),
        1
    );
}

TEST(FullServer, HasRoomWhateverItIsThatTheOthersDoNotFinish) {
    const std::vector<std::string_view> unfinished = {
        "",
        "\r\n",
        "G",
        "GET / HTTP/1.1\r\nHost: x\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT",
        "broken\r\n\r\n",
        "GET /large HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /large HTTP/1.1\r\nHost: x\r\n\r\nGET /large HTTP/1.1\r\nHost: x\r\n\r\n",
    };
    RunningServer running(echo_or_large, patient(2));
    for (const auto sent : unfinished) {
        Client one(running.address());
        Client other(running.address());
        one.send(sent);
        other.send(sent);
        EXPECT_EQ(status_of_a_new_client(running.address()), 200) << sent;
    }
}

TEST(FullServer, HasRoomWhicheverThreadHasTheOthers) {
    auto options = patient(2);
    options.io_threads = 3;
    RunningServer running(echo, options);
    Client one(running.address());
    Client other(running.address());
    EXPECT_EQ(status_of_a_new_client(running.address()), 200);
}

TEST(FullServer, TellsAClientInTheMiddleOfARequestThatItsTimeIsOver) {
    RunningServer running(echo, patient(1));
    Client slow(running.address());
    slow.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    EXPECT_EQ(slow.answer()->status, 100);
    EXPECT_EQ(status_of_a_new_client(running.address()), 200);
    const auto answer = slow.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 408);
    EXPECT_TRUE(slow.ended());
}

TEST(Answers, ThatAreTakenSlowlyHaveOneBoundBeyondWhichTheOldestEnd) {
    auto options = patient(100);
    options.workers = 1; // so that it is done with one of them when it answers the next
    options.answers_limit_bytes = 2 * large_size + large_size / 2;
    RunningServer running(echo_or_large, options);
    std::vector<std::unique_ptr<Client>> slow;
    for (int i = 0; i < 4; ++i) {
        slow.push_back(std::make_unique<Client>(running.address()));
        slow.back()->send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_EQ(Client(running.address()).get("/small")->status, 200);
    }
    for (int i = 0; i < 4; ++i) {
        const auto answer = slow[static_cast<std::size_t>(i)]->answer();
        EXPECT_EQ(answer && answer->body.size() == large_size, i >= 2) << i;
    }
    // their room is free again, and one alone may be larger than all of it
    EXPECT_EQ(slow[2]->get("/large")->body.size(), large_size);
    const auto lines = running.log.wait_for(6);
    EXPECT_EQ(
        std::count_if(
            lines.begin(),
            lines.end(),
            [](const auto& line) { return line.find("clients take slowly") != line.npos; }
        ),
        1
    );
}

TEST(Answers, ThatAreTakenSlowlyEndNoneOfAnotherThread) {
    auto options = patient(100);
    options.workers = 1;
    options.io_threads = 2; // which take turns
    options.answers_limit_bytes = 4 * large_size + large_size / 2;
    RunningServer running(echo_or_large, options);
    const auto get_small = [&](int times) {
        for (int i = 0; i < times; ++i) {
            EXPECT_EQ(Client(running.address()).get("/small")->status, 200);
        }
    };
    std::vector<std::unique_ptr<Client>> slow;
    for (int i = 0; i < 6; ++i) {
        if (i == 4) {
            get_small(1); // so that the last two come to the other thread
        }
        slow.push_back(std::make_unique<Client>(running.address()));
        slow.back()->send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
        get_small(3);
    }
    for (int i = 0; i < 6; ++i) {
        const auto answer = slow[static_cast<std::size_t>(i)]->answer();
        EXPECT_EQ(answer && answer->body.size() == large_size, i >= 2) << i;
    }
}

TEST(Answers, AreAsLargeAsTheyAreWhateverTheBound) {
    auto options = patient(100);
    options.answers_limit_bytes = 1;
    RunningServer running(echo_or_large, options);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(Client(running.address()).get("/large")->body.size(), large_size);
    }
}

class FullOfWork : public testing::Test {
protected:
    FullOfWork() {
        busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
        gate.wait_for_arrivals(1);
    }
    ~FullOfWork() override { gate.open(); }

    Gate gate;
    RunningServer running{slow_at(gate), patient(1)};
    Client busy{running.address()};
};

TEST_F(FullOfWork, TurnsAwayWithAnAnswer) {
    Client other(running.address());
    const auto answer = other.get("/");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 503);
    EXPECT_EQ(answer->field("Connection"), "close");
    EXPECT_TRUE(other.ended());
    gate.open();
    EXPECT_EQ(busy.answer()->status, 200);
    EXPECT_EQ(status_of_a_new_client(running.address()), 200);
}

TEST(FullServer, TakesEmptyLinesForNoRequest) {
    Gate gate;
    auto options = patient(2);
    options.workers = 1;
    RunningServer running(slow_at(gate), options);
    Client busy(running.address());
    busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    gate.wait_for_arrivals(1);
    Client blank(running.address());
    std::thread sender([&blank] {
        const std::string lines(64 * 1024, '\n');
        while (blank.send(lines)) {
        }
    });
    // who has only a spare place is told that it ends
    std::optional<std::string> ends = "close";
    for (int i = 0; i < 10'000 && ends; ++i) {
        const auto answer = Client(running.address()).get("/urgent");
        ends = answer ? answer->field("Connection") : "close";
    }
    EXPECT_FALSE(ends);
    gate.open();
    running.server().cut();
    sender.join();
}

TEST_F(FullOfWork, AnswersWhatIsUrgentHoweverManySayNothing) {
    std::vector<std::unique_ptr<Client>> silent;
    for (std::size_t i = 0; i < 2 * spare_connections; ++i) {
        silent.push_back(std::make_unique<Client>(running.address()));
        if (i % 3 == 0) {
            silent.back()->send("GET / HT");
        }
    }
    for (int i = 0; i < 3; ++i) {
        const auto answer = Client(running.address()).get("/urgent");
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->status, 200);
        EXPECT_EQ(answer->field("Connection"), "close");
    }
}

/// The targets of the requests, in the order in which they are answered.
class Order {
public:
    void add(const std::string& target) {
        const std::lock_guard lock(mutex_);
        all_.push_back(target);
    }
    std::ptrdiff_t place_of(const std::string& target) const {
        const std::lock_guard lock(mutex_);
        return std::find(all_.begin(), all_.end(), target) - all_.begin();
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> all_;
};

std::string requests(std::string_view target, int count) {
    std::string all;
    for (int i = 0; i < count; ++i) {
        all += "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }
    return all;
}

TEST(Turns, OfAClientThatSendsRequestAfterRequestComeBetweenThoseOfTheOthers) {
    Gate gate;
    Order order;
    auto options = patient(100);
    options.workers = 1;
    options.fibers = 1;
    RunningServer running(
        [&, answer = slow_at(gate)](const http::Request& request) {
            order.add(request.target);
            return answer(request);
        },
        options
    );
    std::vector<std::unique_ptr<Client>> greedy;
    for (int i = 0; i < 3; ++i) {
        greedy.push_back(std::make_unique<Client>(running.address()));
        greedy.back()->send(requests(i == 0 ? "/slow" : "/first", 1) + requests("/next", 50));
        gate.wait_for_arrivals(1);
    }
    std::vector<std::unique_ptr<Client>> others;
    for (int i = 0; i < 3; ++i) {
        others.push_back(std::make_unique<Client>(running.address()));
        others.back()->send(requests("/other" + std::to_string(i), 1));
    }
    // By now the reactor has read what the worker has not.
    EXPECT_EQ(Client(running.address()).get("/urgent")->status, 200);
    EXPECT_EQ(Client(running.address()).get("/urgent")->status, 200);
    gate.open();
    for (const auto& client : others) {
        EXPECT_EQ(client->answer()->status, 200);
    }
    for (const auto& client : greedy) {
        for (int i = 0; i < 51; ++i) {
            ASSERT_TRUE(client->answer()) << i;
        }
    }
    // Before the last of them: /slow, /first twice, /urgent twice, the other two, and no more than
    // one of those that came behind an answer for each of those.
    for (int i = 0; i < 3; ++i) {
        EXPECT_LT(order.place_of("/other" + std::to_string(i)), 20);
    }
}

TEST(Turns, OfClientsThatSendRequestAfterRequestLeaveAWorkerToTheOthers) {
    Gate gate;
    auto options = patient(100);
    options.workers = 3;
    RunningServer running(slow_at(gate), options);
    std::vector<std::unique_ptr<Client>> greedy;
    for (int i = 0; i < 6; ++i) {
        greedy.push_back(std::make_unique<Client>(running.address()));
        greedy.back()->send(requests("/first", 1) + requests("/slow", 2));
        EXPECT_EQ(greedy.back()->answer()->status, 200);
    }
    gate.wait_for_arrivals(2);
    for (int i = 0; i < 20; ++i) {
        const auto answer = Client(running.address()).get("/other");
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->status, 200);
    }
    gate.open();
    for (const auto& client : greedy) {
        EXPECT_EQ(client->answer()->status, 200);
        EXPECT_EQ(client->answer()->status, 200);
        EXPECT_EQ(client->get("/again")->status, 200);
    }
}

TEST(Turns, OfAnUrgentRequestBehindAnotherComeAtOnce) {
    Gate first;
    Gate second;
    auto options = patient(100);
    options.workers = 1;
    options.fibers = 1;
    RunningServer running(
        [&](const http::Request& request) {
            if (request.target == "/slow") {
                first.pass();
            } else if (request.target == "/slower") {
                second.pass();
            }
            return echo(request);
        },
        options
    );
    Client slow(running.address());
    slow.send(requests("/slow", 1));
    first.wait_for_arrivals(1);
    Client greedy(running.address());
    greedy.send(requests("/first", 1) + requests("/urgent", 1) + requests("/last", 1));
    Client slower(running.address());
    slower.send(requests("/slower", 1));
    // By now the reactor has read what the worker has not.
    EXPECT_EQ(Client(running.address()).get("/urgent")->status, 200);
    EXPECT_EQ(Client(running.address()).get("/urgent")->status, 200);
    first.open();
    EXPECT_TRUE(greedy.answer());
    EXPECT_TRUE(greedy.answer());
    second.wait_for_arrivals(1);
    second.open();
    EXPECT_TRUE(greedy.answer());
    EXPECT_TRUE(slow.answer());
    EXPECT_TRUE(slower.answer());
}

} // namespace
} // namespace drf_messages::server
