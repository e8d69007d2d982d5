// SPDX-License-Identifier: MIT
#include "cache/memcached_cache.hpp"
#include "cache/memcached_options.hpp"
#include "cache/memcached_ring.hpp"
#include "fake_server.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace {

using namespace drf_messages;
using namespace drf_messages::cache;
using namespace std::chrono_literals;

/// - timeout_seconds: where the server answers, more than a busy machine takes for it.
CacheSettings settings_for(const std::string& location, double timeout_seconds = 10) {
    CacheSettings settings;
    settings.backend = "django.core.cache.backends.memcached.PyMemcacheCache";
    settings.location = {location};
    settings.options["timeout"] = {timeout_seconds};
    return settings;
}

/// What a memcached that holds for each key the key itself says to "gets KEY".
std::string found(const std::string& question) {
    const std::string key = question.substr(5, question.find('\r') - 5);
    return "VALUE " + key + " 0 " + std::to_string(key.size()) + " 1\r\n" + key + "\r\nEND\r\n";
}

TEST(MemcachedCache, NeverTakesALateAnswerForThatOfTheNextQuestion) {
    Event given_up;
    Event sent_late;
    FakeServer server([&](const FakeServer::Connection& connection, const std::string& question) {
        const bool slow = question == "gets :1:slow\r\n";
        if (slow) {
            given_up.wait();
        }
        connection.send(found(question));
        if (slow) {
            sent_late.tell();
        }
        return true;
    });
    const auto cache = memcached_cache(settings_for(server.address(), 1));
    EXPECT_EQ(cache->get("a"), Entry{":1:a"});
    EXPECT_THROW(cache->get("slow"), Error);
    EXPECT_EQ(cache->get("b"), Entry{":1:b"});
    given_up.tell();
    sent_late.wait();
    EXPECT_EQ(cache->get("c"), Entry{":1:c"});
}

TEST(MemcachedCache, DropsAConnectionThatSentMoreThanItWasAskedFor) {
    FakeServer server([](const FakeServer::Connection& connection, const std::string& question) {
        connection.send(found(question) + "END\r\n");
        return true;
    });
    const auto cache = memcached_cache(settings_for(server.address()));
    EXPECT_EQ(cache->get("a"), Entry{":1:a"});
    EXPECT_EQ(cache->get("b"), Entry{":1:b"});
    EXPECT_EQ(server.connections(), 2);
}

TEST(MemcachedCache, RefusesTheAnswerToAnotherQuestion) {
    FakeServer server([](const FakeServer::Connection& connection, const std::string&) {
        connection.send(found("gets :1:somebody\r\n"));
        return true;
    });
    EXPECT_THROW(memcached_cache(settings_for(server.address()))->get("a"), Error);
}

TEST(MemcachedCache, DoesNotTakeASilentServerForOneThatHoldsNothing) {
    std::atomic<int> questions = 0;
    FakeServer server([&](const FakeServer::Connection& connection, const std::string& question) {
        ++questions;
        connection.send(found(question).substr(0, 12));
        return true;
    });
    const auto cache = memcached_cache(settings_for(server.address(), 0.15));
    for (int i = 0; i < 200; ++i) {
        EXPECT_THROW(cache->get("a"), Error);
    }
    EXPECT_LE(questions, 10) << "each of them waits for the timeout, the others for nothing";
}

/// The index of the server of each key, as Debian's own clients choose it.
struct Choice {
    std::string_view backend;
    std::vector<std::string> location;
    std::map<std::string, SettingValue> options;
    std::vector<std::size_t> servers;
};

std::vector<Choice> choices() {
    const std::vector<std::string> three{"127.0.0.1:21211", "127.0.0.1:21212", "127.0.0.1:21213"};
    const auto behaviors = [](SettingValue::Table table) {
        return std::map<std::string, SettingValue>{{"behaviors", {std::move(table)}}};
    };
    const auto text = [](const char* value) { return SettingValue{std::string(value)}; };
    return {
        {"PyLibMCCache", three, {}, {1, 0, 0, 0, 0, 2, 2, 0, 2}},
        {"PyLibMCCache", three, behaviors({{"ketama", {true}}}), {0, 2, 0, 0, 1, 0, 2, 2, 0}},
        {"PyLibMCCache",
         three,
         behaviors({{"distribution", text("consistent")}, {"hash", text("md5")}}),
         {0, 2, 2, 2, 0, 0, 0, 2, 2}},
        {"PyLibMCCache",
         {"127.0.0.1:21211:1,127.0.0.1:21212:5;127.0.0.1:21213:1"},
         behaviors({{"ketama_weighted", {std::int64_t{1}}}}),
         {1, 1, 1, 1, 1, 2, 2, 2, 1}},
        {"PyLibMCCache",
         three,
         behaviors({{"hash", text("jenkins")}}),
         {1, 0, 0, 2, 0, 0, 1, 0, 1}},
        {"PyMemcacheCache",
         {"127.0.0.1:21211", "127.0.0.1:21212", "unix:/run/memcached.sock"},
         {},
         {2, 2, 2, 1, 1, 0, 1, 1, 1}},
        {"MemcachedCache", three, {}, {2, 1, 2, 1, 1, 0, 1, 0, 1}},
    };
}

TEST(MemcachedRing, FindsAKeyOnTheServerWhereThePythonClientPutsIt) {
    const std::vector<std::string> keys{
        ":1:throttle_anon_127.0.0.1",
        ":1:throttle_user_1",
        ":1:a",
        ":1:b",
        ":1:c",
        ":1:d",
        "site:3:django.contrib.sessions.cacheoraclesessionkey0000000000000001",
        ":1:\u00e9t\u00e9",
        ":1:\u20ac"};
    for (const auto& choice : choices()) {
        CacheSettings settings;
        settings.backend = "django.core.cache.backends.memcached." + std::string(choice.backend);
        settings.location = choice.location;
        settings.options = choice.options;
        const auto ring = make_ring(memcached_options(settings));
        std::vector<std::size_t> servers;
        for (const auto& key : keys) {
            servers.push_back(ring->server_of(key));
        }
        EXPECT_EQ(servers, choice.servers) << choice.backend;
    }
}

} // namespace
