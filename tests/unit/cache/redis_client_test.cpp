// SPDX-License-Identifier: MIT
#include "cache/redis_client.hpp"
#include "fake_server.hpp"
#include "support/fibers.hpp"

#include <gmock/gmock.h>

#include <future>
#include <thread>

namespace {

using namespace drf_messages::cache;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

std::string bulk(const std::string& bytes) {
    return "$" + std::to_string(bytes.size()) + "\r\n" + bytes + "\r\n";
}

/// The second word of a command, as a Redis that holds for each key the key itself.
std::string asked(const std::string& question) {
    const auto size = question.find("\r\n$", question.find("\r\n$") + 3);
    const auto start = question.find("\r\n", size + 3) + 2;
    return question.substr(start, question.find("\r\n", start) - start);
}

RedisOptions options_for(const FakeServer& server) {
    RedisOptions options;
    options.host = "127.0.0.1";
    options.port = server.port();
    options.command_timeout = 150ms;
    return options;
}

std::string error_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

TEST(RedisClient, NeverTakesALateAnswerForThatOfTheNextQuestion) {
    FakeServer server([](const FakeServer::Connection& connection, const std::string& question) {
        if (asked(question) == "slow") {
            std::this_thread::sleep_for(300ms);
        }
        connection.send(bulk(asked(question)));
        return true;
    });
    RedisClient client(options_for(server));
    EXPECT_EQ(client.get("a"), "a");
    EXPECT_THAT(error_of([&] { client.get("slow"); }), HasSubstr("no answer in time"));
    EXPECT_EQ(client.get("b"), "b");
    std::this_thread::sleep_for(300ms);
    EXPECT_EQ(client.get("c"), "c");
    EXPECT_EQ(server.connections(), 2);
}

TEST(RedisClient, DropsAConnectionThatSentMoreThanItWasAskedFor) {
    FakeServer server([](const FakeServer::Connection& connection, const std::string& question) {
        connection.send(bulk(asked(question)));
        std::this_thread::sleep_for(20ms);
        connection.send(bulk("somebody else's"));
        return true;
    });
    RedisClient client(options_for(server));
    EXPECT_EQ(client.get("a"), "a");
    std::this_thread::sleep_for(100ms);
    EXPECT_EQ(client.get("b"), "b");
    EXPECT_EQ(server.connections(), 2);
}

TEST(RedisClient, RefusesTwoAnswersToOneQuestion) {
    FakeServer server([](const FakeServer::Connection& connection, const std::string& question) {
        connection.send(bulk(asked(question)) + bulk("somebody else's"));
        return true;
    });
    RedisClient client(options_for(server));
    EXPECT_THROW(client.get("a"), Error);
}

TEST(RedisClient, AsksAgainOnANewConnectionWhenTheServerHasClosedTheOld) {
    FakeServer server([](const FakeServer::Connection& connection, const std::string& question) {
        if (connection.number == 1 && asked(question) == "b") {
            return false;
        }
        connection.send(bulk(asked(question)));
        return true;
    });
    RedisClient client(options_for(server));
    EXPECT_EQ(client.get("a"), "a");
    EXPECT_EQ(client.get("b"), "b");
    EXPECT_EQ(server.connections(), 2);
}

TEST(RedisClient, GivesUpWhenANewConnectionIsClosedToo) {
    FakeServer server([](const FakeServer::Connection&, const std::string&) { return false; });
    RedisClient client(options_for(server));
    EXPECT_THROW(client.get("a"), Error);
}

TEST(RedisClient, DoesNotUnderstandWhatIsNotRedis) {
    for (const char* answer : {"HTTP/1.1 400 Bad Request\r\n\r\n", "$x\r\n", "*1\r\n$1\r\na\r\n"}) {
        FakeServer server([&](const FakeServer::Connection& connection, const std::string&) {
            connection.send(answer);
            return true;
        });
        RedisClient client(options_for(server));
        EXPECT_THROW(client.get("a"), Error) << answer;
    }
}

TEST(RedisClient, WaitsForTheWholeAnswerNoLongerThanItsTimeout) {
    FakeServer server([](const FakeServer::Connection& connection, const std::string&) {
        connection.send("$1000\r\n");
        for (int i = 0; i < 30; ++i) {
            connection.send("drop");
            std::this_thread::sleep_for(50ms);
        }
        return false;
    });
    RedisClient client(options_for(server));
    const Stopwatch watch;
    EXPECT_THROW(client.get("a"), Error);
    EXPECT_LT(watch.elapsed(), 1200ms);
}

TEST(RedisClient, CostsLittleTimeWhileTheServerIsSilent) {
    FakeServer server([](const FakeServer::Connection&, const std::string&) { return true; });
    RedisClient client(options_for(server));
    const Stopwatch watch;
    for (int i = 0; i < 200; ++i) {
        EXPECT_THROW(client.get("a"), Error);
    }
    EXPECT_LT(watch.elapsed(), 2s);
}

TEST(RedisClient, HoldsUpNoOtherFiberOfItsThreadWhileTheServerIsSilent) {
    std::promise<void> release;
    const std::shared_future<void> released = release.get_future().share();
    FakeServer server([&](const FakeServer::Connection& connection, const std::string& question) {
        released.wait();
        connection.send(bulk(asked(question)));
        return true;
    });
    auto options = options_for(server);
    options.command_timeout = 60s;
    options.max_connections = 1;
    RedisClient client(options);
    drf_messages::fibers::Scheduler scheduler(3);
    std::vector<std::string> answers;
    const auto get = [&](const std::string& key) {
        scheduler.start([&, key] { answers.push_back(client.get(key).value_or("none")); });
    };
    get("asks");
    get("waits for the connection");
    scheduler.start([&] { release.set_value(); });
    drive(scheduler);
    EXPECT_THAT(answers, testing::ElementsAre("asks", "waits for the connection"));
}

TEST(RedisClient, KeepsAskingAfterOneLateAnswerThoughThereWasAnOutageBefore) {
    std::atomic<bool> silent = true;
    FakeServer server([&](const FakeServer::Connection& connection, const std::string& question) {
        if (asked(question) == "late") {
            std::this_thread::sleep_for(300ms);
        } else if (asked(question) == "slow") {
            std::this_thread::sleep_for(100ms);
        }
        if (!silent) {
            connection.send(bulk(asked(question)));
        }
        return true;
    });
    RedisClient client(options_for(server));
    for (const Stopwatch watch; watch.elapsed() < 600ms;) {
        EXPECT_THROW(client.get("a"), Error);
    }
    silent = false;
    for (const Stopwatch watch; error_of([&] { client.get("a"); }) != "no error";) {
        ASSERT_LT(watch.elapsed(), 10s);
        std::this_thread::sleep_for(5ms);
    }
    EXPECT_THROW(client.get("late"), Error);
    std::thread other([&] { EXPECT_EQ(client.get("slow"), "slow"); });
    std::this_thread::sleep_for(30ms);
    EXPECT_EQ(error_of([&] { EXPECT_EQ(client.get("b"), "b"); }), "no error");
    other.join();
}

TEST(RedisClient, AsksASilentServerAgainWhenItIsToldTo) {
    FakeServer server([](const FakeServer::Connection& connection, const std::string& question) {
        if (connection.number > 1) {
            connection.send(bulk(asked(question)));
        }
        return true;
    });
    auto options = options_for(server);
    options.retry_on_timeout = true;
    RedisClient client(options);
    EXPECT_EQ(client.get("a"), "a");
}

TEST(RedisClient, SharesNoMoreConnectionsThanItMay) {
    FakeServer server([](const FakeServer::Connection& connection, const std::string& question) {
        std::this_thread::sleep_for(2ms);
        connection.send(bulk(asked(question)));
        return true;
    });
    auto options = options_for(server);
    options.max_connections = 2;
    options.command_timeout = 5s;
    RedisClient client(options);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 6; ++thread) {
        threads.emplace_back([&client, thread] {
            for (int i = 0; i < 20; ++i) {
                const std::string key = std::to_string(thread) + "/" + std::to_string(i);
                EXPECT_EQ(client.get(key), key);
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_LE(server.connections(), 2);
}

TEST(RedisClient, SaysWhyRedisRefusesWithoutRepeatingWhatWasSent) {
    FakeServer server([](const FakeServer::Connection& connection, const std::string& question) {
        connection.send("-WRONGPASS invalid " + question.substr(0, question.find('\r')) + "\r\n");
        return true;
    });
    auto options = options_for(server);
    options.username = "site";
    options.password = "opensesame";
    RedisClient client(options);
    for (int i = 0; i < 2; ++i) {
        const std::string text = error_of([&] { client.get("secretkey"); });
        EXPECT_THAT(text, HasSubstr("WRONGPASS"));
        EXPECT_THAT(text, Not(HasSubstr("opensesame")));
        EXPECT_THAT(text, Not(HasSubstr("secretkey")));
        EXPECT_THAT(text, Not(HasSubstr("invalid")));
    }
}

} // namespace
