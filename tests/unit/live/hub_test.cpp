// SPDX-License-Identifier: MIT
#include "fibers/background.hpp"
#include "live/feed.hpp"
#include "live/hub.hpp"
#include "sql/supervised.hpp"
#include "support/given_feed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace drf_messages::live {
namespace {

using namespace std::chrono_literals;
using test::GivenFeed;
using testing::HasSubstr;

/// Counts, for who waits for it.
class Count {
public:
    void add() {
        const std::lock_guard lock(mutex_);
        ++count_;
        changed_.notify_all();
    }
    void wait_for(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return count_ >= count; });
    }
    int now() {
        const std::lock_guard lock(mutex_);
        return count_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int count_ = 0;
};

class HubTest : public testing::Test {
protected:
    static Feed::Options options_of(GivenFeed& given) {
        Feed::Options options;
        options.open = sql::supervised(given.open, {});
        options.closes_before_fork = given.is_sqlite();
        options.poll_interval = 5ms;
        return options;
    }

    GivenFeed given;
    UserId ann = given.user("ann");
    UserId bob = given.user("bob");
    Feed feed{options_of(given)};
    Hub hub{feed, no_log()};
};

TEST_F(HubTest, TellsWhoWatchesTheUserWhoseMessagesChange) {
    Count anns;
    Count bobs;
    const auto lease = hub.watch(ann, 0, [&] { anns.add(); });
    const auto other = hub.watch(bob, 0, [&] { bobs.add(); });
    given.message(bob, "hi");
    bobs.wait_for(1);
    EXPECT_EQ(anns.now(), 0);
    given.message(ann, "hi");
    anns.wait_for(1);
    EXPECT_EQ(bobs.now(), 1);
}

TEST_F(HubTest, TellsAtOnceWhatHasPassedAlready) {
    Count first;
    const auto lease = hub.watch(ann, 0, [&] { first.add(); });
    const auto before = given.position();
    given.message(ann, "hi");
    first.wait_for(1);
    Count late;
    const auto second = hub.watch(ann, before, [&] { late.add(); });
    EXPECT_EQ(late.now(), 1);
    Count current;
    const auto third = hub.watch(ann, feed.position().position, [&] { current.add(); });
    const auto fourth = hub.watch(bob, before, [&] { current.add(); });
    EXPECT_EQ(current.now(), 0);
}

TEST_F(HubTest, TellsNobodyWhoseLeaseHasEnded) {
    Count ended;
    Count others;
    {
        const auto lease = hub.watch(ann, 0, [&] { ended.add(); });
    }
    const auto lease = hub.watch(ann, 0, [&] { others.add(); });
    given.message(ann, "hi");
    others.wait_for(1);
    EXPECT_EQ(ended.now(), 0);
}

TEST_F(HubTest, TellsAlsoWhereAnotherEpochCountsFromTheBeginning) {
    Count told;
    const auto lease = hub.watch(ann, 0, [&] { told.add(); });
    for (const int times : {1, 2, 3}) {
        given.message(ann, "hi");
        told.wait_for(times);
    }
    schema::remove_feed(given.connection());
    schema::install_feed(given.connection());
    told.wait_for(4); // by the reset
    given.message(ann, "hi");
    told.wait_for(5);
}

TEST_F(HubTest, DoesJobsInTheirTimeAndEachLaneBesideTheOthers) {
    Count begun;
    Count done;
    Hub own(feed, no_log()); // ends before what its jobs use
    for (const auto lane : {Hub::Lane::visits, Hub::Lane::slow_visits}) {
        own.run(lane, [&] {
            begun.add();
            done.wait_for(1); // by the events
        });
    }
    begun.wait_for(2);
    own.run(Hub::Lane::events, [&] { done.add(); });
    done.wait_for(1);
    const auto now = Hub::SteadyClock::now();
    std::vector<int> order; // of one thread
    for (const int delay : {30, 10, 20}) {
        const auto moment = now + std::chrono::milliseconds(delay);
        own.run_at(moment, Hub::Lane::events, [&, moment, delay] {
            EXPECT_GE(Hub::SteadyClock::now(), moment);
            order.push_back(delay);
            done.add();
        });
    }
    done.wait_for(4);
    EXPECT_THAT(order, testing::ElementsAre(10, 20, 30));
}

/// Who has a Seat computes in the background, of which there is only so much at a time.
TEST_F(HubTest, ComputesInTheBackgroundAsRequestsDo) {
    Count done;
    Hub own(feed, no_log());
    std::thread::id visits;
    std::thread::id computes;
    own.run(Hub::Lane::slow_visits, [&] {
        visits = std::this_thread::get_id();
        EXPECT_TRUE(fibers::in_background([&] { computes = std::this_thread::get_id(); }));
        done.add();
    });
    done.wait_for(1);
    EXPECT_NE(visits, computes);
}

TEST_F(HubTest, LogsWhatAJobThrowsAndGoesOn) {
    Count logged;
    Count done;
    std::vector<std::string> lines;
    Hub telling(feed, [&](LogLevel, std::string_view line) {
        lines.emplace_back(line);
        logged.add();
    });
    telling.run(Hub::Lane::events, [] { throw std::runtime_error("no luck"); });
    telling.run(Hub::Lane::events, [] { throw 7; });
    logged.wait_for(2);
    EXPECT_THAT(lines, testing::ElementsAre(HasSubstr("no luck"), HasSubstr("unknown")));
    telling.run(Hub::Lane::events, [&] { done.add(); });
    done.wait_for(1);
}

TEST_F(HubTest, DropsWhatHasNotBegunWhenItEnds) {
    std::atomic<bool> ran{false};
    {
        Hub ending(feed, no_log());
        ending.run_at(Hub::SteadyClock::now() + 1h, Hub::Lane::events, [&] { ran = true; });
    }
    EXPECT_FALSE(ran);
}

TEST_F(HubTest, HasSoManyPlaces) {
    auto first = hub.take_place(ann, 3, 2);
    const auto second = hub.take_place(ann, 3, 2);
    EXPECT_TRUE(first.lease && second.lease);
    const auto too_many = hub.take_place(ann, 3, 2);
    EXPECT_TRUE(!too_many.lease && too_many.of_user);
    const auto third = hub.take_place(bob, 3, 2);
    EXPECT_TRUE(third.lease);
    const auto full = hub.take_place(bob, 3, 2);
    EXPECT_TRUE(!full.lease && !full.of_user);
    EXPECT_EQ(hub.counts()->open, 3U);
    first.lease.reset();
    EXPECT_EQ(hub.counts()->open, 2U);
    EXPECT_TRUE(hub.take_place(ann, 3, 2).lease);
}

TEST_F(HubTest, TellsOfSessionsThatEnd) {
    std::vector<std::string> ended;
    {
        const auto lease =
            hub.at_session_end([&](std::string_view cookie) { ended.emplace_back(cookie); });
        hub.tell_session_end("abc");
    }
    hub.tell_session_end("def");
    EXPECT_THAT(ended, testing::ElementsAre("abc"));
}

} // namespace
} // namespace drf_messages::live
