// SPDX-License-Identifier: MIT
#include "cache/cache.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace {

using drf_messages::cache::cache_forever;
using drf_messages::cache::dummy_cache;
using drf_messages::cache::Entry;
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
    cache->set("a", {"1"}, 5s);
    clock.now += 4999ms;
    EXPECT_EQ(cache->get("a"), Entry{"1"});
    clock.now += 1ms;
    EXPECT_EQ(cache->get("a"), std::nullopt);
}

TEST(LocalMemoryCache, NeverForgetsWhatIsKeptForever) {
    StoppedClock clock;
    const auto cache = local_memory_cache(clock.reader(), 10);
    cache->set("a", {"1"}, cache_forever);
    cache->set("b", {"2"}, std::chrono::seconds::max());
    clock.now += 24h * 365 * 200;
    EXPECT_EQ(cache->get("a"), Entry{"1"});
    EXPECT_EQ(cache->get("b"), Entry{"2"});
}

TEST(LocalMemoryCache, ForgetsAValueThatIsSetWithoutTime) {
    StoppedClock clock;
    const auto cache = local_memory_cache(clock.reader(), 10);
    cache->set("a", {"1"}, 5s);
    cache->set("a", {"2"}, 0s);
    EXPECT_EQ(cache->get("a"), std::nullopt);
}

TEST(LocalMemoryCache, DropsTheEntryThatWasNotUsedForLongestWhenItIsFull) {
    StoppedClock clock;
    const auto cache = local_memory_cache(clock.reader(), 2);
    cache->set("a", {"1"}, 5s);
    cache->set("b", {"2"}, 5s);
    EXPECT_EQ(cache->get("a"), Entry{"1"});
    cache->set("c", {"3"}, 5s);
    EXPECT_EQ(cache->get("a"), Entry{"1"});
    EXPECT_EQ(cache->get("b"), std::nullopt);
    EXPECT_EQ(cache->get("c"), Entry{"3"});
}

TEST(LocalMemoryCache, ReplacingAnEntryOfAFullCacheDropsNoOther) {
    StoppedClock clock;
    const auto cache = local_memory_cache(clock.reader(), 2);
    cache->set("a", {"1"}, 5s);
    cache->set("b", {"2"}, 5s);
    cache->set("a", {"3"}, 5s);
    EXPECT_EQ(cache->get("a"), Entry{"3"});
    EXPECT_EQ(cache->get("b"), Entry{"2"});
}

TEST(LocalMemoryCache, UpdateLeavesTheValueAloneWhenTheChangeIsAbsent) {
    StoppedClock clock;
    const auto cache = local_memory_cache(clock.reader(), 2);
    cache->set("a", {"1"}, 5s);
    cache->update("a", 50s, [](const auto& value) -> std::optional<Entry> {
        EXPECT_EQ(value, Entry{"1"});
        return std::nullopt;
    });
    EXPECT_EQ(cache->get("a"), Entry{"1"});
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
                cache->update("count", 5s, [](const std::optional<Entry>& value) {
                    return std::optional(Entry{
                        std::to_string(value ? std::stoi(value->bytes) + 1 : 1)});
                });
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(cache->get("count"), Entry{"2000"});
}

TEST(LocalMemoryCache, RemovesAnEntry) {
    StoppedClock clock;
    const auto cache = local_memory_cache(clock.reader(), 10);
    cache->set("a", {"1"}, 5s);
    EXPECT_TRUE(cache->remove("a"));
    EXPECT_FALSE(cache->remove("never there"));
    EXPECT_EQ(cache->get("a"), std::nullopt);
}

TEST(LocalMemoryCache, AddsOnlyWhatIsNotThere) {
    StoppedClock clock;
    const auto cache = local_memory_cache(clock.reader(), 10);
    EXPECT_TRUE(cache->add("a", {"1"}, 5s));
    EXPECT_FALSE(cache->add("a", {"2"}, 5s));
    EXPECT_EQ(cache->get("a"), Entry{"1"});
    clock.now += 5s;
    EXPECT_TRUE(cache->add("a", {"3", 7}, 5s));
    EXPECT_EQ(cache->get("a"), (Entry{"3", 7}));
}

TEST(DummyCache, KeepsNothingButAsksForChanges) {
    const auto cache = dummy_cache();
    cache->set("a", {"1"}, 5s);
    EXPECT_EQ(cache->get("a"), std::nullopt);
    int asked = 0;
    cache->update("a", 5s, [&](const auto& value) {
        ++asked;
        EXPECT_EQ(value, std::nullopt);
        return std::optional(Entry{"2"});
    });
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(cache->get("a"), std::nullopt);
}

} // namespace
