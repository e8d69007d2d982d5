// SPDX-License-Identifier: MIT
#include "sql/error.hpp"
#include "sql/pool.hpp"
#include "sql/supervised.hpp"
#include "support/database.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <future>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using drf_messages::sql::Connection;
using drf_messages::sql::Error;
using drf_messages::sql::ErrorKind;
using drf_messages::sql::Pool;
using drf_messages::test::number;
using drf_messages::test::run;
using drf_messages::test::sqlite_file;
using drf_messages::test::TempFolder;

class PoolTest : public testing::Test {
protected:
    drf_messages::sql::ConnectionFactory counted() {
        return [this] {
            ++opened;
            return open();
        };
    }

    TempFolder folder;
    drf_messages::sql::ConnectionFactory open =
        drf_messages::sql::sqlite_connections(sqlite_file(folder / "db", true));
    std::atomic<int> opened = 0;
};

TEST_F(PoolTest, OpensAConnectionOnlyWhenItIsNeededAndKeepsIt) {
    Pool pool(counted(), 3, 1s);
    EXPECT_EQ(opened, 0);
    for (int turn = 0; turn < 5; ++turn) {
        EXPECT_EQ(number(*pool.acquire(), "SELECT 7"), 7);
    }
    EXPECT_EQ(opened, 1);
    const auto first = pool.acquire();
    const auto second = pool.acquire();
    EXPECT_NE(&*first, &*second);
    EXPECT_EQ(opened, 2);
}

TEST_F(PoolTest, SaysBusyWhenNoConnectionGetsFreeInTime) {
    Pool pool(open, 1, 10ms);
    const auto taken = pool.acquire();
    try {
        pool.acquire();
        FAIL() << "a second connection out of a pool of one";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::busy);
        EXPECT_STREQ(error.what(), "acquire a connection: all 1 connections are in use");
    }
}

TEST_F(PoolTest, HandsAConnectionThatGetsFreeToTheOneThatWaits) {
    Pool pool(counted(), 1, 20s);
    std::optional<Pool::Lease> taken(pool.acquire());
    auto waiting =
        std::async(std::launch::async, [&pool] { return number(*pool.acquire(), "SELECT 7"); });
    EXPECT_EQ(waiting.wait_for(20ms), std::future_status::timeout);
    taken.reset();
    EXPECT_EQ(waiting.get(), 7);
    EXPECT_EQ(opened, 1);
}

TEST_F(PoolTest, SurvivesAFactoryThatFails) {
    bool down = true;
    Pool pool(
        [&] {
            if (down) {
                throw Error(ErrorKind::connection_lost, "connect", {}, "nobody there");
            }
            return open();
        },
        1,
        10ms
    );
    EXPECT_THROW(pool.acquire(), Error);
    EXPECT_THROW(pool.acquire(), Error);
    down = false;
    EXPECT_EQ(number(*pool.acquire(), "SELECT 7"), 7);
}

TEST_F(PoolTest, OpensTheFileThatHasTakenThePlaceOfItsOwn) {
    Pool pool(counted(), 1, 1s);
    run(*pool.acquire(), "PRAGMA user_version = 7");
    std::filesystem::rename(folder / "db", folder / "old");
    // the file is looked at a few times a second
    for (int turn = 0; turn < 1000 && opened == 1; ++turn) {
        pool.acquire();
        std::this_thread::sleep_for(10ms);
    }
    EXPECT_EQ(opened, 2);
    EXPECT_EQ(number(*pool.acquire(), "PRAGMA user_version"), 0);
}

/// Stands in for a connection whose server went away.
class LostConnection : public Connection {
public:
    explicit LostConnection(std::atomic<int>& alive) : alive_(alive) { ++alive_; }
    ~LostConnection() override { --alive_; }
    drf_messages::sql::Dialect dialect() const noexcept override {
        return drf_messages::sql::Dialect::postgresql;
    }
    void
    query(const drf_messages::sql::Statement&, std::span<const drf_messages::sql::Value>, const std::function<void(const drf_messages::sql::Row&)>&)
        override {}
    std::int64_t
    execute(const drf_messages::sql::Statement&, std::span<const drf_messages::sql::Value>)
        override {
        return 0;
    }
    std::int64_t
    insert(const drf_messages::sql::Statement&, std::span<const drf_messages::sql::Value>)
        override {
        return 0;
    }
    void run_script(const drf_messages::sql::Statement&) override {}
    void begin() override {}
    void commit() override {}
    void rollback() override {}
    std::uint64_t statement_count() const noexcept override { return 0; }
    bool usable() const noexcept override { return false; }

private:
    std::atomic<int>& alive_;
};

TEST_F(PoolTest, ClosesALostConnectionAndOpensAnotherInItsPlace) {
    std::atomic<int> alive = 0;
    Pool pool(
        [&]() -> std::unique_ptr<Connection> {
            ++opened;
            return std::make_unique<LostConnection>(alive);
        },
        1,
        1s
    );
    {
        const auto lease = pool.acquire();
        EXPECT_EQ(alive, 1);
    }
    EXPECT_EQ(alive, 0);
    pool.acquire();
    EXPECT_EQ(opened, 2);
}

/// A database that gives as many connections as it likes.
class LimitedDatabase {
public:
    std::unique_ptr<Connection> open() {
        const std::lock_guard lock(mutex_);
        if (given >= limit) {
            throw Error(ErrorKind::too_many_connections, "open", "53300", "too many clients");
        }
        most = std::max(most, given + 1);
        return std::make_unique<Given>(given);
    }
    drf_messages::sql::ConnectionFactory connections() {
        return [this] { return open(); };
    }

    std::atomic<int> limit = 0;
    std::atomic<int> given = 0;
    int most = 0;

private:
    class Given final : public LostConnection {
    public:
        using LostConnection::LostConnection;
        bool usable() const noexcept override { return true; }
    };

    std::mutex mutex_;
};

TEST_F(PoolTest, WaitsForItsOwnConnectionsWhereTheDatabaseGivesFewer) {
    LimitedDatabase database;
    database.limit = 2;
    Pool pool(database.connections(), 8, 20s);
    std::atomic<int> lent = 0;
    std::atomic<int> most_lent = 0;
    {
        std::vector<std::jthread> threads;
        // However late the threads begin, the database gives both.
        const auto one = pool.acquire();
        const auto another = pool.acquire();
        for (int thread = 0; thread < 8; ++thread) {
            threads.emplace_back([&] {
                for (int turn = 0; turn < 100; ++turn) {
                    const auto lease = pool.acquire();
                    const int now = ++lent;
                    if (now > most_lent) {
                        most_lent = now;
                    }
                    std::this_thread::yield();
                    --lent;
                }
            });
        }
    }
    EXPECT_LE(most_lent, 2);
    EXPECT_EQ(database.most, 2);
    EXPECT_EQ(lent, 0);
}

TEST_F(PoolTest, UsesWhatTheDatabaseGivesLater) {
    LimitedDatabase database;
    database.limit = 1;
    Pool pool(database.connections(), 3, 20s);
    std::atomic<bool> enough = false;
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 3; ++thread) {
        threads.emplace_back([&] {
            while (!enough) {
                const auto lease = pool.acquire();
                database.limit = 3;
                std::this_thread::sleep_for(1ms);
                enough = enough || database.given == 3;
            }
        });
    }
    threads.clear();
    EXPECT_EQ(database.given, 3);
}

TEST_F(PoolTest, SaysSoWhenTheDatabaseGivesNoneAndTakesOneThatItGivesAfterAll) {
    LimitedDatabase database;
    std::atomic<int> asked_for_room = 0;
    drf_messages::sql::PoolUpkeep upkeep;
    upkeep.make_room = [&] { ++asked_for_room; };
    Pool pool(database.connections(), 4, 30ms, upkeep);
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 8; ++thread) {
            threads.emplace_back([&] { EXPECT_THROW(pool.acquire(), Error); });
        }
    }
    EXPECT_GT(asked_for_room, 0);
    upkeep.make_room = [&] { database.limit = 1; };
    Pool another(database.connections(), 4, 20s, upkeep);
    another.acquire();
    EXPECT_EQ(database.given, 1);
}

// A pipeline connected while all that waited had asked for room already, and kept the only one.
TEST_F(PoolTest, AsksForRoomAsLongAsThereIsNone) {
    LimitedDatabase database;
    int asked = 0;
    drf_messages::sql::PoolUpkeep upkeep;
    upkeep.make_room = [&] {
        if (++asked == 3) {
            database.limit = 1;
        }
    };
    Pool pool(database.connections(), 4, 20s, upkeep);
    pool.acquire();
    EXPECT_EQ(asked, 3);
}

TEST_F(PoolTest, NeverLendsMoreThanItsSizeToManyThreads) {
    Pool pool(counted(), 3, 20s);
    std::atomic<int> lent = 0;
    std::atomic<bool> too_many = false;
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
        threads.emplace_back([&] {
            for (int turn = 0; turn < 200; ++turn) {
                const auto lease = pool.acquire();
                if (++lent > 3) {
                    too_many = true;
                }
                run(*lease, "SELECT 1");
                --lent;
            }
        });
    }
    threads.clear();
    EXPECT_FALSE(too_many);
    EXPECT_LE(opened, 3);
}

TEST(Pool, NeedsRoomForOne) {
    EXPECT_THROW(Pool({}, 0, 1s), std::invalid_argument);
}

/// Returns once a thread of this process sleeps, as it does in a lock or a wait.
void wait_until_asleep(pid_t thread) {
    std::string line;
    do {
        std::this_thread::yield();
        std::ifstream status("/proc/self/task/" + std::to_string(thread) + "/stat");
        std::getline(status, line);
    } while (line.find(") S ") == std::string::npos);
}

TEST_F(PoolTest, ServesThoseFirstWhoHaveWaitedLongest) {
    Pool pool(open, 1, 20s);
    std::optional<Pool::Lease> taken(pool.acquire());
    std::mutex mutex;
    std::vector<int> order;
    std::vector<std::thread> threads;
    threads.reserve(8);
    for (int i = 0; i < 8; ++i) {
        std::atomic<pid_t> acquires = 0;
        threads.emplace_back([&, i] {
            acquires = gettid();
            acquires.notify_one();
            const auto lease = pool.acquire();
            const std::lock_guard lock(mutex);
            order.push_back(i);
        });
        acquires.wait(0);
        wait_until_asleep(acquires);
    }
    taken.reset();
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST_F(PoolTest, LosesNoTurnToThoseWhoGiveUpWaiting) {
    Pool pool(counted(), 1, 5ms);
    {
        const auto taken = pool.acquire();
        for (int i = 0; i < 3; ++i) {
            EXPECT_THROW(pool.acquire(), Error);
        }
    }
    EXPECT_EQ(number(*pool.acquire(), "SELECT 7"), 7);
    EXPECT_THROW(
        {
            const auto first = pool.acquire();
            const auto second = pool.acquire();
        },
        Error
    );
    EXPECT_EQ(opened, 1);
}

TEST_F(PoolTest, MakesItsConnectionsAnewWhenTheyMayLeadElsewhere) {
    drf_messages::sql::PoolUpkeep upkeep;
    upkeep.renewals = std::make_shared<drf_messages::sql::Renewals>();
    drf_messages::sql::Supervision supervision;
    supervision.renewals = upkeep.renewals;
    Pool pool(drf_messages::sql::supervised(counted(), supervision), 2, 1s, upkeep);
    {
        const auto lent = pool.acquire();
        number(*pool.acquire(), "SELECT 7");
        EXPECT_EQ(opened, 2);
        pool.renew();
        EXPECT_EQ(number(*lent, "SELECT 7"), 7);
    }
    for (int turn = 0; turn < 3; ++turn) {
        EXPECT_EQ(number(*pool.acquire(), "SELECT 7"), 7);
    }
    EXPECT_EQ(opened, 3);
}

TEST_F(PoolTest, LetsThoseRestThatNobodyNeedsAnyMore) {
    constexpr std::size_t size = 4;
    Pool pool(counted(), size, 1s);
    const auto pages_kib = [](Connection& connection) {
        return -number(connection, "SELECT cache_size FROM pragma_cache_size");
    };
    const auto use_all = [&] {
        std::vector<Pool::Lease> leases;
        std::generate_n(std::back_inserter(leases), size, [&] { return pool.acquire(); });
        std::vector<std::int64_t> found;
        for (int turn = 0; turn < 2; ++turn) { // the first may have been told of fewer
            found.clear();
            for (const auto& lease : leases) {
                found.push_back(pages_kib(*lease));
            }
        }
        EXPECT_EQ(std::set(found.begin(), found.end()), std::set<std::int64_t>{1'500});
    };
    use_all();
    while (pages_kib(*pool.acquire()) != 6'000) {
        std::this_thread::yield();
    }
    use_all();
    EXPECT_EQ(opened, static_cast<int>(size));
}

TEST_F(PoolTest, ReplacesAConnectionThatIsTooOld) {
    Pool pool(counted(), 1, 1s, {1ms, 30s});
    number(*pool.acquire(), "SELECT 7");
    std::this_thread::sleep_for(5ms);
    number(*pool.acquire(), "SELECT 7");
    EXPECT_EQ(opened, 2);
}

} // namespace
