// SPDX-License-Identifier: MIT
#include "api/exchange/errors.hpp"
#include "api/policies/throttle_history.hpp"
#include "api/policies/throttling.hpp"
#include "django/cache_value.hpp"
#include "model/rate.hpp"
#include "unit/api/in_english.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

namespace {

using namespace drf_messages;
using api::client_identity;
using api::count_request;
using namespace std::chrono_literals;

/// A cache whose entries outlive the test, and a wall clock that stands.
struct Given {
    std::unique_ptr<cache::Cache> cache =
        cache::local_memory_cache([] { return std::chrono::steady_clock::time_point(); }, 100);
    django::CacheValueCodec codec{CacheSettings{}};
    Timestamp now{1'700'000'000s};

    api::ThrottleVerdict ask(const char* rate, const std::string& key = "k") {
        return count_request(*cache, codec, key, *model::Rate::parse(rate), now);
    }
};

TEST(Throttle, AllowsAsManyRequestsAsTheRateSays) {
    Given given;
    EXPECT_TRUE(given.ask("2/day").allowed);
    EXPECT_TRUE(given.ask("2/day").allowed);
    const auto third = given.ask("2/day");
    EXPECT_FALSE(third.allowed);
    EXPECT_EQ(third.wait_seconds, 86400);
    EXPECT_TRUE(given.ask("2/day", "another").allowed);
}

TEST(Throttle, LetsARequestPassWhenTheOldestHasAged) {
    Given given;
    EXPECT_TRUE(given.ask("1/min").allowed);
    given.now += 59s + 999'999us;
    const auto early = given.ask("1/min");
    EXPECT_FALSE(early.allowed);
    EXPECT_EQ(early.wait_seconds, 1);
    given.now += 1us;
    EXPECT_TRUE(given.ask("1/min").allowed);
}

TEST(Throttle, ARefusedRequestDoesNotCount) {
    Given given;
    EXPECT_TRUE(given.ask("1/s").allowed);
    for (int i = 0; i < 5; ++i) {
        EXPECT_FALSE(given.ask("1/s").allowed);
    }
    given.now += 1s;
    EXPECT_TRUE(given.ask("1/s").allowed);
}

TEST(Throttle, SpreadsTheWaitOverTheRequestsThatAreLeft) {
    Given given;
    EXPECT_FALSE(given.ask("0/day").allowed);
    EXPECT_EQ(given.ask("0/day").wait_seconds, 86400);
}

TEST(Throttle, KnowsNoWaitWhenMoreHaveBeenCountedThanALoweredRateAllows) {
    Given given;
    EXPECT_TRUE(given.ask("2/day").allowed);
    EXPECT_TRUE(given.ask("2/day").allowed);
    const auto lowered = given.ask("1/day");
    EXPECT_FALSE(lowered.allowed);
    EXPECT_EQ(lowered.wait_seconds, std::nullopt);
}

TEST(Throttle, NeverAllowsTwoThreadsTheLastRequest) {
    Given given;
    std::atomic<int> allowed = 0;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&] {
            for (int i = 0; i < 50; ++i) {
                allowed +=
                    count_request(*given.cache, given.codec, "k", {20, 60s}, given.now).allowed ? 1
                                                                                                : 0;
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(allowed, 20);
}

TEST(Throttle, KeepsNobodyOutByRequestsThatAClockCountedBeforeItWasSetBack) {
    for (const auto back : {2s, 30s, 3600s, 86'400s * 365}) {
        Given given;
        for (int i = 0; i < 5; ++i) {
            EXPECT_TRUE(given.ask("5/min").allowed);
        }
        EXPECT_FALSE(given.ask("5/min").allowed);
        given.now -= back;
        for (int i = 0; i < 5; ++i) {
            EXPECT_TRUE(given.ask("5/min").allowed) << back.count();
        }
        const auto sixth = given.ask("5/min");
        EXPECT_FALSE(sixth.allowed);
        EXPECT_EQ(sixth.wait_seconds, 60);
        given.now += back + 1h; // and ahead again
        EXPECT_TRUE(given.ask("5/min").allowed);
    }
}

TEST(Throttle, CountsWhatAMachineWithAClockALittleAheadHasCounted) {
    Given given;
    given.now += 900ms;
    EXPECT_TRUE(given.ask("2/min").allowed);
    given.now -= 900ms;
    EXPECT_TRUE(given.ask("2/min").allowed);
    const auto third = given.ask("2/min");
    EXPECT_FALSE(third.allowed);
    EXPECT_EQ(third.wait_seconds, 61);
}

TEST(Throttle, ForgetsAHistoryThatItCanNotRead) {
    Given given;
    for (const char* garbage :
         {"\x80\x04pickle",
          "\x80\x04}.",
          "\x80\x04]\x8c\x01x\x94"
          "a.",
          "(lFnan\na.",
          "(lF1e300\na."}) {
        given.cache->set("k", {garbage}, 60s);
        EXPECT_TRUE(given.ask("1/day").allowed);
        EXPECT_FALSE(given.ask("1/day").allowed);
    }
}

TEST(Throttle, CountsTheRequestsThatDjangoHasCounted) {
    Given given;
    // pickle.dumps([1700000000.25, 1699999990.5]), protocol 0
    given.cache->set("k", {"(lp0\nF1700000000.25\naF1699999990.5\na."}, 60s);
    EXPECT_TRUE(given.ask("3/min").allowed);
    const auto fourth = given.ask("3/min");
    EXPECT_FALSE(fourth.allowed);
    EXPECT_EQ(fourth.wait_seconds, 51);
    const api::ThrottleHistory counted{
        1'700'000'000'000'000, 1'700'000'000'250'000, 1'699'999'990'500'000};
    EXPECT_EQ(api::read_history(given.codec, given.cache->get("k")), counted);
}

TEST(ClientIdentity, BelievesAsManyProxiesAsItIsTold) {
    const std::string peer = "127.0.0.1";
    EXPECT_EQ(client_identity(std::nullopt, peer, std::nullopt), peer);
    EXPECT_EQ(client_identity("", peer, std::nullopt), peer);
    EXPECT_EQ(client_identity("192.0.2.1, 192.0.2.9", peer, std::nullopt), "192.0.2.1,192.0.2.9");
    EXPECT_EQ(client_identity("192.0.2.1", peer, 0), peer);
    EXPECT_EQ(client_identity(std::nullopt, peer, 1), peer);
    EXPECT_EQ(client_identity("192.0.2.1, 192.0.2.9", peer, 1), "192.0.2.9");
    EXPECT_EQ(client_identity("192.0.2.1, 192.0.2.9", peer, 2), "192.0.2.1");
    EXPECT_EQ(client_identity("192.0.2.1, 192.0.2.9", peer, 5), "192.0.2.1");
}

TEST(Throttles, AreMadeFromSettings) {
    Settings settings;
    auto& rest = settings.rest_framework;
    rest.default_throttle_classes = {
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.ScopedRateThrottle",
        "site.Burst"};
    rest.default_throttle_rates = {{"anon", std::nullopt}, {"inbox", "3/hour"}};
    settings.classes["site.Burst"] = {
        "rest_framework.throttling.UserRateThrottle",
        {{"rate", {std::string("9/min")}}, {"scope", {std::string("burst")}}}};
    const auto throttles = api::make_throttles(settings, "inbox");
    ASSERT_EQ(throttles.size(), 3U);
    const auto throttle = [&](std::size_t i) {
        return dynamic_cast<const api::RateThrottle&>(*throttles[i]);
    };
    EXPECT_FALSE(throttle(0).rate);
    EXPECT_TRUE(throttle(0).only_anonymous);
    EXPECT_EQ(throttle(1).scope, "inbox");
    EXPECT_EQ(throttle(1).rate->requests, 3);
    EXPECT_EQ(throttle(2).scope, "burst");
    EXPECT_EQ(throttle(2).rate->requests, 9);
    EXPECT_EQ(api::make_throttles(settings, std::nullopt).size(), 2U);
}

TEST(Throttles, RefuseAScopeWithoutARateAndARateThatIsNone) {
    Settings settings;
    auto& rest = settings.rest_framework;
    rest.default_throttle_classes = {"rest_framework.throttling.UserRateThrottle"};
    rest.default_throttle_rates = {{"anon", "1/day"}};
    EXPECT_THROW(api::make_throttles(settings, std::nullopt), std::invalid_argument);
    rest.default_throttle_rates = {{"user", "1/fortnight"}};
    EXPECT_THROW(api::make_throttles(settings, std::nullopt), std::invalid_argument);
    rest.default_throttle_rates = {{"user", "1/day"}};
    rest.default_throttle_classes = {"rest_framework.throttling.BaseThrottle"};
    EXPECT_THROW(api::make_throttles(settings, std::nullopt), std::invalid_argument);
}

TEST(ThrottledAnswer, SaysHowLongToWait) {
    EXPECT_EQ(api::throttled(86400).retry_after, "86400");
    EXPECT_EQ(api::throttled(0).retry_after, std::nullopt);
    EXPECT_EQ(api::throttled(std::nullopt).retry_after, std::nullopt);
    const auto words = [](const api::ApiError& error) {
        text::JsonWriter json{text::JsonStyle{}};
        error.data(api::english())(json);
        return json.take();
    };
    EXPECT_EQ(
        words(api::throttled(1)),
        R"({"detail":"Request was throttled. Expected available in 1 second."})"
    );
    EXPECT_EQ(
        words(api::throttled(2)),
        R"({"detail":"Request was throttled. Expected available in 2 seconds."})"
    );
    EXPECT_EQ(words(api::throttled(std::nullopt)), R"({"detail":"Request was throttled."})");
}

} // namespace
