// SPDX-License-Identifier: MIT
#include "cache/cache.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace {

using drf_messages::cache::cache_forever;
using drf_messages::cache::dummy_cache;
using drf_messages::cache::local_memory_cache;
using namespace std::chrono_literals;

struct StoppedClock {
    std::chrono::steady_clock::time_point now{};
    auto reader() {
        return [this] { return now; };
    }
};

TEST(LocalMemoryCache, KeepsAValueUntilItsTimeoutAndNotLonger) {
    StoppedClock clock;
    const auto cache = local_memory_cache(clock.reader(), 10);
    cache->set("a", "1", 5s);
    clock.now += 4999ms;
    EXPECT_EQ(cache->get("a"), "1");
    clock.now += 1ms;
    EXPECT_EQ(cache->get("a"), std::nullopt);
}

TEST(LocalMemoryCache, NeverForgetsWhatIsKeptForever) {
    StoppedClock clock;
    const auto cache = local_memory_cache(clock.reader(), 10);
    cache->set("a", "1", cache_forever);
    cache->set("b", "2", std::chrono::seconds::max());
    clock.now += 24h * 365 * 200;
    EXPECT_EQ(cache->get("a"), "1");
    EXPECT_EQ(cache->get("b"), "2");
}

TEST(LocalMemoryCache, ForgetsAValueThatIsSetWithoutTime) {
    StoppedClock clock;
    const auto cache = local_memory_cache(clock.reader(), 10);
    cache->set("a", "1", 5s);
    cache->set("a", "2", 0s);
    EXPECT_EQ(cache->get("a"), std::nullopt);
}

TEST(LocalMemoryCache, DropsTheEntryThatWasNotUsedForLongestWhenItIsFull) {
    StoppedClock clock;
    const auto cache = local_memory_cache(clock.reader(), 2);
    cache->set("a", "1", 5s);
    cache->set("b", "2", 5s);
    EXPECT_EQ(cache->get("a"), "1");
    cache->set("c", "3", 5s);
    EXPECT_EQ(cache->get("a"), "1");
    EXPECT_EQ(cache->get("b"), std::nullopt);
    EXPECT_EQ(cache->get("c"), "3");
}

TEST(LocalMemoryCache, ReplacingAnEntryOfAFullCacheDropsNoOther) {
    StoppedClock clock;
    const auto cache = local_memory_cache(clock.reader(), 2);
    cache->set("a", "1", 5s);
    cache->set("b", "2", 5s);
    cache->set("a", "3", 5s);
    EXPECT_EQ(cache->get("a"), "3");
    EXPECT_EQ(cache->get("b"), "2");
}

TEST(LocalMemoryCache, UpdateLeavesTheValueAloneWhenTheChangeIsAbsent) {
    StoppedClock clock;
    const auto cache = local_memory_cache(clock.reader(), 2);
    cache->set("a", "1", 5s);
    cache->update("a", 50s, [](const auto& value) -> std::optional<std::string> {
        EXPECT_EQ(value, "1");
        return std::nullopt;
    });
    EXPECT_EQ(cache->get("a"), "1");
    clock.now += 5s;
    EXPECT_EQ(cache->get("a"), std::nullopt);
}

TEST(LocalMemoryCache, LosesNoUpdateOfConcurrentThreads) {
    StoppedClock clock;
    const auto cache = local_memory_cache(clock.reader(), 10);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&cache] {
            for (int i = 0; i < 500; ++i) {
                cache->update("count", 5s, [](const std::optional<std::string>& value) {
                    return std::optional(std::to_string(value ? std::stoi(*value) + 1 : 1));
                });
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(cache->get("count"), "2000");
}

TEST(LocalMemoryCache, RemovesAnEntry) {
    StoppedClock clock;
    const auto cache = local_memory_cache(clock.reader(), 10);
    cache->set("a", "1", 5s);
    cache->remove("a");
    cache->remove("never there");
    EXPECT_EQ(cache->get("a"), std::nullopt);
}

TEST(DummyCache, KeepsNothingButAsksForChanges) {
    const auto cache = dummy_cache();
    cache->set("a", "1", 5s);
    EXPECT_EQ(cache->get("a"), std::nullopt);
    int asked = 0;
    cache->update("a", 5s, [&](const auto& value) {
        ++asked;
        EXPECT_EQ(value, std::nullopt);
        return std::optional<std::string>("2");
    });
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(cache->get("a"), std::nullopt);
}

} // namespace
