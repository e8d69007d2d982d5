// SPDX-License-Identifier: MIT
#include "sql/transaction.hpp"
#include "unit/mariadb/mariadb_server.hpp"

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

namespace {

using drf_messages::sql::Connection;
using drf_messages::sql::Error;
using drf_messages::sql::ErrorKind;
using drf_messages::sql::ScopedTransaction;
using drf_messages::sql::transact;
using drf_messages::test::number;
using drf_messages::test::run;

class MariadbConflicts : public drf_messages::test::MariadbTest {
protected:
    MariadbConflicts() {
        connection->run_script(
            {"create",
             "CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL); INSERT INTO t VALUES "
             "(1, 0), "
             "(2, 0)"}
        );
    }

    static void add(Connection& to, std::int64_t id) {
        run(to, "UPDATE t SET n = n + 1 WHERE id = ?", {id});
    }

    std::unique_ptr<Connection> connection = connect();
};

TEST_F(MariadbConflicts, BetweenTransactionsThatLockEachOtherOutAreSolvedByRunningOneAgain) {
    std::atomic<int> holding = 0;
    std::atomic<int> attempts = 0;
    const auto work = [&](std::int64_t first, std::int64_t second) {
        const auto own = connect_supervised();
        transact(*own, [&] {
            ++attempts;
            add(*own, first);
            ++holding;
            // Both have a row that the other wants; the second attempt need not wait.
            while (holding < 2) {
                std::this_thread::yield();
            }
            add(*own, second);
        });
    };
    auto one = std::async(std::launch::async, work, 1, 2);
    auto other = std::async(std::launch::async, work, 2, 1);
    one.get();
    other.get();
    EXPECT_EQ(attempts, 3);
    EXPECT_EQ(number(*connection, "SELECT SUM(n) FROM t"), 4);
}

TEST_F(MariadbConflicts, OfOneStatementWithATransactionAreSolvedByRunningTheStatementAgain) {
    // A statement that locks row 1 and waits for row 2, and a transaction that does the opposite
    // and is the heavier of both, so that the statement is the victim.
    connection->run_script(
        {"more",
         "CREATE TABLE big (id integer PRIMARY KEY); INSERT INTO big SELECT seq FROM seq_1_to_500"}
    );
    const auto holder = connect();
    std::optional<ScopedTransaction> transaction(*holder);
    run(*holder, "DELETE FROM big");
    add(*holder, 2);
    auto single = std::async(std::launch::async, [&] {
        const auto own = connect_supervised();
        run(*own, "UPDATE t SET n = n + 10 WHERE id IN (1, 2) ORDER BY id");
    });
    while (number(*admin, "SELECT COUNT(*) FROM information_schema.innodb_lock_waits") == 0) {
        // The server looks anew only when nobody has asked for a tenth of a second.
        std::this_thread::sleep_for(std::chrono::milliseconds(150));
    }
    add(*holder, 1);
    transaction->commit();
    transaction.reset();
    single.get();
    EXPECT_EQ(number(*connection, "SELECT SUM(n) FROM t"), 22);
}

TEST_F(MariadbConflicts, ThatOnlyTimeSolvesAreBusyAndNotTriedAgain) {
    const ScopedTransaction holder(*connection);
    add(*connection, 1);
    options.init_command = "SET SESSION innodb_lock_wait_timeout = 1";
    const auto waiting = connect_supervised();
    int attempts = 0;
    const Error error = error_of([&] {
        transact(*waiting, [&] {
            ++attempts;
            add(*waiting, 1);
        });
    });
    EXPECT_EQ(attempts, 1);
    EXPECT_EQ(error.kind(), ErrorKind::busy);
    EXPECT_EQ(error.code(), "1205");
    EXPECT_TRUE(waiting->usable());
}

/// Begins again when transact() has given up: on a busy machine writers may meet more often in a
/// row than it tries.
template<class Work>
void transact_until_done(Connection& connection, const Work& work) {
    for (;;) {
        try {
            return transact(connection, work);
        } catch (const Error& error) {
            if (!error.retryable()) {
                throw;
            }
        }
    }
}

TEST_F(MariadbConflicts, OfManyWritersLoseNothing) {
    constexpr int writers = 6;
    constexpr int turns = 40;
    std::vector<std::thread> threads;
    threads.reserve(writers);
    for (int writer = 0; writer < writers; ++writer) {
        threads.emplace_back([&, writer] {
            const auto own = connect_supervised();
            for (int turn = 0; turn < turns; ++turn) {
                transact_until_done(*own, [&] {
                    add(*own, 1 + (writer + turn) % 2);
                    add(*own, 2 - (writer + turn) % 2);
                });
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(number(*connection, "SELECT SUM(n) FROM t"), 2 * writers * turns);
}

} // namespace
