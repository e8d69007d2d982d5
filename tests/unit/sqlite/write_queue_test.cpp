// SPDX-License-Identifier: MIT
#include "sql/sqlite/shared_commit.hpp"
#include "sql/sqlite/write_queue.hpp"
#include "support/database.hpp"
#include "support/fibers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using drf_messages::sql::sqlite::FileIdentity;
using drf_messages::sql::sqlite::Handle;
using drf_messages::sql::sqlite::SharedCommit;
using drf_messages::sql::sqlite::WriteQueue;
using std::chrono::steady_clock;

TEST(WriteQueue, IsHandedOnInTheOrderOfAsking) {
    WriteQueue queue;
    ASSERT_TRUE(queue.try_acquire());
    std::vector<int> order; // guarded by the queue itself
    std::vector<std::jthread> threads;
    for (int number = 0; number < 6; ++number) {
        threads.emplace_back([&queue, &order, number] {
            if (queue.acquire(steady_clock::now() + 60s)) {
                order.push_back(number);
                queue.release();
            }
        });
        while (queue.waiting() != threads.size()) {
            std::this_thread::yield();
        }
    }
    queue.release();
    threads.clear();
    EXPECT_THAT(order, testing::ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(WriteQueue, IsHandedFromOneFiberOfAThreadToAnother) {
    WriteQueue queue;
    drf_messages::fibers::Scheduler scheduler(2);
    ASSERT_TRUE(queue.try_acquire());
    bool acquired = false;
    scheduler.start([&] { acquired = queue.acquire(steady_clock::now() + 60s); });
    EXPECT_EQ(queue.waiting(), 1u);
    scheduler.start([&] { queue.release(); });
    drive(scheduler);
    EXPECT_TRUE(acquired);
}

TEST(WriteQueue, LetsOnlySomeWaitLongForALockThatIsNotHandedOn) {
    WriteQueue queue(2, 0ms);
    ASSERT_TRUE(queue.try_acquire());
    bool served = false; // guarded by the queue itself
    std::jthread patient([&queue, &served] {
        if (queue.acquire(steady_clock::now() + 60s)) {
            served = true;
            queue.release();
        }
    });
    while (queue.waiting() != 1) {
        std::this_thread::yield();
    }
    EXPECT_FALSE(queue.acquire(steady_clock::now() + 60s));
    EXPECT_EQ(queue.waiting(), 1u);
    queue.release();
    patient.join();
    EXPECT_TRUE(served);
}

TEST(WriteQueue, LetsEverybodyWaitForALockThatIsHandedOn) {
    WriteQueue queue(1, 60s);
    ASSERT_TRUE(queue.try_acquire());
    std::jthread waiter([&queue] {
        EXPECT_TRUE(queue.acquire(steady_clock::now() + 60s));
        queue.release();
    });
    while (queue.waiting() != 1) {
        std::this_thread::yield();
    }
    queue.release();
}

TEST(WriteQueue, ForgetsTheOneWhoGaveUp) {
    WriteQueue queue;
    ASSERT_TRUE(queue.try_acquire());
    EXPECT_FALSE(queue.acquire(steady_clock::now() + 1ms));
    EXPECT_EQ(queue.waiting(), 0u);
    queue.release();
    EXPECT_TRUE(queue.try_acquire());
    EXPECT_FALSE(queue.try_acquire());
}

/// A queue whose transactions may be shared for as long as a test takes.
class SharingQueue : public testing::Test {
protected:
    std::shared_ptr<SharedCommit> commit() { return std::make_shared<SharedCommit>(handle, file); }

    void await_one() const {
        while (queue.waiting() == 0) {
            std::this_thread::yield();
        }
    }

    /// One commit of two, which takes so long.
    void share(std::chrono::milliseconds takes) {
        ASSERT_TRUE(queue.try_acquire());
        std::jthread other([this] {
            const WriteQueue::Work work = [](const auto&) {};
            WriteQueue::Joining joining{file, &work, nullptr};
            EXPECT_TRUE(queue.acquire(steady_clock::now() + 60s, &joining));
        });
        await_one();
        const auto shared = commit();
        ASSERT_EQ(queue.hand_on(shared), WriteQueue::HandedOn::for_a_while);
        ASSERT_EQ(queue.hand_on(shared), WriteQueue::HandedOn::to_nobody);
        std::this_thread::sleep_for(takes);
        queue.release(*shared, std::nullopt);
    }

    drf_messages::test::TempFolder folder;
    Handle handle{drf_messages::test::sqlite_file(folder / "db", true)};
    FileIdentity file{};
    WriteQueue queue{100, 1h, 1h};
};

TEST_F(SharingQueue, DoesTheWorkOfWhoJoinsAndWakesHimAtTheEnd) {
    const auto shared = commit();
    std::thread::id worker;
    std::atomic<bool> returned = false;
    ASSERT_TRUE(queue.try_acquire());
    std::jthread other([&] {
        const WriteQueue::Work work = [&](const std::shared_ptr<SharedCommit>& with) {
            EXPECT_EQ(with, shared);
            worker = std::this_thread::get_id();
        };
        WriteQueue::Joining joining{file, &work, nullptr};
        EXPECT_TRUE(queue.acquire(steady_clock::now() + 60s, &joining));
        returned = true;
        EXPECT_TRUE(joining.is_done);
        EXPECT_EQ(joining.joined, shared);
        EXPECT_NO_THROW(joining.joined->wait());
    });
    await_one();
    EXPECT_EQ(queue.hand_on(shared), WriteQueue::HandedOn::for_a_while);
    EXPECT_EQ(worker, std::this_thread::get_id());
    EXPECT_EQ(queue.waiting(), 0u);
    EXPECT_EQ(queue.hand_on(shared), WriteQueue::HandedOn::to_nobody);
    EXPECT_FALSE(returned);
    queue.release(*shared, std::nullopt);
    other.join();
    EXPECT_TRUE(queue.try_acquire());
}

TEST_F(SharingQueue, GivesNobodyUpWhoseWorkIsDone) {
    // Until one was there in time.
    for (auto patience = 10ms; !HasFailure(); patience *= 2) {
        const auto shared = commit();
        std::optional<bool> acquired;
        ASSERT_TRUE(queue.try_acquire());
        const auto deadline = steady_clock::now() + patience;
        std::jthread other([&] {
            const WriteQueue::Work work = [&](const auto&) {
                std::this_thread::sleep_until(deadline + 1ms);
            };
            WriteQueue::Joining joining{file, &work, nullptr};
            acquired = queue.acquire(deadline, &joining);
        });
        while (queue.waiting() == 0 && steady_clock::now() < deadline) {
            std::this_thread::yield();
        }
        const bool was_there = queue.hand_on(shared) == WriteQueue::HandedOn::for_a_while;
        queue.release(*shared, std::nullopt);
        other.join();
        if (was_there) {
            EXPECT_EQ(acquired, true);
            break;
        }
    }
}

TEST_F(SharingQueue, WaitsForWhoHasSharedTheLastCommit) {
    // Until the other was there in time.
    for (auto takes = 100ms; !HasFailure(); takes *= 2) {
        share(takes);
        const auto shared = commit();
        bool has_taken_over = false;
        std::atomic<bool> is_over = false;
        ASSERT_TRUE(queue.try_acquire());
        std::jthread other([&] {
            while (!queue.waits_for_more() && !is_over) {
                std::this_thread::yield();
            }
            WriteQueue::Joining joining{file, nullptr, nullptr};
            ASSERT_TRUE(queue.acquire(steady_clock::now() + 60s, &joining));
            has_taken_over = joining.joined == shared;
            if (!has_taken_over) {
                queue.release();
                return;
            }
            EXPECT_FALSE(is_over);
            EXPECT_EQ(queue.hand_on(shared), WriteQueue::HandedOn::to_nobody) << "all are there";
            queue.release(*shared, std::nullopt);
        });
        const auto handed_on = queue.hand_on(shared);
        is_over = true;
        if (handed_on == WriteQueue::HandedOn::to_nobody) {
            queue.release();
        }
        other.join();
        if (has_taken_over) {
            EXPECT_EQ(handed_on, WriteQueue::HandedOn::to_another);
            break;
        }
    }
}

TEST_F(SharingQueue, ExpectsNobodyBesideOneWhoWritesAlone) {
    EXPECT_FALSE(queue.expects_joining());
    share(1ms);
    EXPECT_TRUE(queue.expects_joining());
    ASSERT_TRUE(queue.try_acquire());
    EXPECT_EQ(queue.hand_on(commit()), WriteQueue::HandedOn::to_nobody);
    queue.release();
    EXPECT_FALSE(queue.expects_joining());
}

} // namespace
