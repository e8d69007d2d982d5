// SPDX-License-Identifier: MIT
#include "sql/error.hpp"
#include "sql/sqlite/factory.hpp"
#include "sql/transaction.hpp"
#include "support/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using drf_messages::sql::Error;
using drf_messages::sql::ErrorKind;
using drf_messages::sql::ScopedTransaction;
using drf_messages::test::Given;
using drf_messages::test::number;
using drf_messages::test::run;
using drf_messages::test::sqlite_file;

constexpr auto insert_session =
    "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (?, '', ?)";
constexpr auto count_sessions = "SELECT COUNT(*) FROM django_session";

/// Writers and readers on one file, each with what went wrong first.
class Crowd {
public:
    template<class Action>
    void add(Action action) {
        threads_.emplace_back([this, action] {
            try {
                action();
            } catch (const std::exception& error) {
                const std::lock_guard lock(mutex_);
                failure_ = error.what();
            }
        });
    }
    std::string failure_after_all_left() {
        threads_.clear();
        return failure_;
    }

private:
    std::mutex mutex_;
    std::string failure_;
    std::vector<std::jthread> threads_;
};

TEST(SqliteWriters, NeverMeetALockedDatabaseThroughOnePool) {
    Given given(16);
    const auto end = std::chrono::steady_clock::now() + 2s;
    std::atomic<std::int64_t> stored = 0;
    Crowd crowd;
    for (int thread = 0; thread < 16; ++thread) {
        crowd.add([&, thread] {
            for (int turn = 0; turn < 2 || std::chrono::steady_clock::now() < end; ++turn) {
                const std::string key = std::to_string(thread) + "-" + std::to_string(turn);
                const auto lease = given.pool.acquire();
                if (turn % 2 == 0) {
                    run(*lease, insert_session, {key, given.now});
                    ++stored;
                    continue;
                }
                ScopedTransaction transaction(*lease);
                number(*lease, count_sessions);
                run(*lease, insert_session, {key, given.now});
                transaction.commit();
                ++stored;
            }
        });
    }
    EXPECT_EQ(crowd.failure_after_all_left(), "");
    EXPECT_GT(stored, 16);
    EXPECT_EQ(number(given.connection(), count_sessions), stored);
}

TEST(SqliteWriters, OfTwoFactoriesShareTheFileToo) {
    Given given;
    const auto end = std::chrono::steady_clock::now() + 1s;
    std::atomic<std::int64_t> stored = 0;
    Crowd crowd;
    for (int thread = 0; thread < 4; ++thread) {
        crowd.add([&, thread] {
            const auto connection = drf_messages::sql::sqlite_connections(
                sqlite_file((given.folder / "db.sqlite3").string())
            )();
            for (int turn = 0; std::chrono::steady_clock::now() < end; ++turn) {
                const std::string key = std::to_string(thread) + "-" + std::to_string(turn);
                run(*connection, insert_session, {key, given.now});
                ++stored;
            }
        });
    }
    EXPECT_EQ(crowd.failure_after_all_left(), "");
    EXPECT_EQ(number(given.connection(), count_sessions), stored);
}

TEST(SqliteWriters, WaitForAnotherProcessThatHoldsTheLock) {
    Given given;
    int ready[2];
    ASSERT_EQ(pipe(ready), 0);
    const std::string path = (given.folder / "db.sqlite3").string();
    const pid_t child = fork();
    if (child == 0) {
        try {
            const auto connection = drf_messages::sql::sqlite_connections(sqlite_file(path))();
            ScopedTransaction transaction(*connection);
            run(*connection, insert_session, {"child", drf_messages::test::a_monday_morning});
            const bool told = write(ready[1], "!", 1) == 1;
            std::this_thread::sleep_for(300ms);
            transaction.commit();
            _exit(told ? 0 : 1);
        } catch (...) {
            _exit(2);
        }
    }
    char byte = 0;
    ASSERT_EQ(read(ready[0], &byte, 1), 1);
    EXPECT_EQ(run(*given.pool.acquire(), insert_session, {"parent", given.now}), 1);
    EXPECT_EQ(number(given.connection(), count_sessions), 2);
    int status = -1;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    close(ready[0]);
    close(ready[1]);
}

TEST(SqliteWriters, GiveUpWithBusyWhenTheTimeIsOver) {
    Given given;
    auto options = sqlite_file((given.folder / "db.sqlite3").string());
    options.busy_timeout = 50ms;
    const auto impatient = drf_messages::sql::sqlite_connections(options)();
    const ScopedTransaction holds_the_lock(given.connection());
    for (const bool in_transaction : {false, true}) {
        try {
            if (in_transaction) {
                const ScopedTransaction transaction(*impatient);
            } else {
                run(*impatient, insert_session, {"late", given.now});
            }
            FAIL() << "wrote beside another writer";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::busy) << error.what();
        }
    }
    EXPECT_TRUE(impatient->usable());
    EXPECT_EQ(number(*impatient, count_sessions), 0) << "reading needs no lock";
}

TEST(SqliteWriters, OfOneFactoryGiveUpWithBusyAndLeaveTheQueueInOrder) {
    Given given;
    auto options = sqlite_file((given.folder / "db.sqlite3").string());
    options.busy_timeout = 50ms;
    const auto factory = drf_messages::sql::sqlite_connections(options);
    const auto holder = factory();
    const auto waiter = factory();
    {
        const ScopedTransaction holds_the_lock(*holder);
        EXPECT_THROW(run(*waiter, insert_session, {"late", given.now}), Error);
    }
    EXPECT_EQ(run(*waiter, insert_session, {"in time", given.now}), 1);
    EXPECT_EQ(run(*holder, insert_session, {"next", given.now}), 1);
}

TEST(SqliteWriters, LetTheNextOneInWhenAConnectionIsClosedInATransaction) {
    Given given;
    auto abandoned = given.open();
    abandoned->begin();
    run(*abandoned, insert_session, {"lost", given.now});
    abandoned.reset();
    EXPECT_EQ(run(given.connection(), insert_session, {"next", given.now}), 1);
    EXPECT_EQ(number(given.connection(), count_sessions), 1);
}

} // namespace
