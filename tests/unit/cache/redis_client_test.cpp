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

/// - timeout: where the server answers, more than a busy machine takes for it.
RedisOptions options_for(const FakeServer& server, std::chrono::milliseconds timeout = 10s) {
    RedisOptions options;
    options.host = "127.0.0.1";
    options.port = server.port();
    options.command_timeout = timeout;
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
    Event given_up;
    Event sent_late;
    FakeServer server([&](const FakeServer::Connection& connection, const std::string& question) {
        if (asked(question) == "slow") {
            given_up.wait();
        }
        connection.send(bulk(asked(question)));
        if (asked(question) == "slow") {
            sent_late.tell();
        }
        return true;
    });
    RedisClient client(options_for(server, 1s));
    EXPECT_EQ(client.get("a"), "a");
    EXPECT_THAT(error_of([&] { client.get("slow"); }), HasSubstr("no answer in time"));
    EXPECT_EQ(client.get("b"), "b");
    given_up.tell();
    sent_late.wait();
    EXPECT_EQ(client.get("c"), "c");
    EXPECT_EQ(server.connections(), 2);
}

TEST(RedisClient, DropsAConnectionThatSentMoreThanItWasAskedFor) {
    Event answered;
    Event sent_more;
    FakeServer server([&](const FakeServer::Connection& connection, const std::string& question) {
        connection.send(bulk(asked(question)));
        if (connection.number == 1) {
            answered.wait();
            connection.send(bulk("somebody else's"));
            sent_more.tell();
        }
        return true;
    });
    RedisClient client(options_for(server));
    EXPECT_EQ(client.get("a"), "a");
    answered.tell();
    sent_more.wait();
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
        // Never long without a drop, and whole after ten seconds.
        bool taken = connection.send("$1000\r\n");
        for (int i = 0; i < 200 && taken; ++i) {
            taken = connection.send("drop!");
            std::this_thread::sleep_for(50ms);
        }
        return connection.send("\r\n");
    });
    RedisClient client(options_for(server, 150ms));
    EXPECT_THAT(error_of([&] { client.get("a"); }), HasSubstr("no answer in time"));
}

TEST(RedisClient, CostsLittleTimeWhileTheServerIsSilent) {
    std::atomic<int> questions = 0;
    FakeServer server([&](const FakeServer::Connection&, const std::string&) {
        ++questions;
        return true;
    });
    RedisClient client(options_for(server, 150ms));
    for (int i = 0; i < 200; ++i) {
        EXPECT_THROW(client.get("a"), Error);
    }
    EXPECT_LE(questions, 10) << "each of them waits for the timeout, the others for nothing";
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
    Event given_up;
    Event slow_is_asked;
    Event b_is_answered;
    FakeServer server([&](const FakeServer::Connection& connection, const std::string& question) {
        if (asked(question) == "late") {
            given_up.wait();
        } else if (asked(question) == "slow") {
            slow_is_asked.tell();
            b_is_answered.wait();
        }
        if (!silent) {
            connection.send(bulk(asked(question)));
        }
        return true;
    });
    RedisClient client(options_for(server, 1s));
    while (error_of([&] { client.get("a"); }).find("is not asked") == std::string::npos) {
    }
    silent = false;
    for (const Stopwatch watch; error_of([&] { client.get("a"); }) != "no error";) {
        ASSERT_LT(watch.elapsed(), 1min);
        std::this_thread::sleep_for(5ms);
    }
    EXPECT_THROW(client.get("late"), Error);
    given_up.tell();
    std::thread other([&] { EXPECT_EQ(client.get("slow"), "slow"); });
    slow_is_asked.wait();
    EXPECT_EQ(error_of([&] { EXPECT_EQ(client.get("b"), "b"); }), "no error");
    b_is_answered.tell();
    other.join();
}

TEST(RedisClient, AsksASilentServerAgainWhenItIsToldTo) {
    FakeServer server([](const FakeServer::Connection& connection, const std::string& question) {
        if (connection.number > 1) {
            connection.send(bulk(asked(question)));
        }
        return true;
    });
    auto options = options_for(server, 1s);
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
