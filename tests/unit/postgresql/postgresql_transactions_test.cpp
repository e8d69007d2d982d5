// SPDX-License-Identifier: MIT
#include "sql/transaction.hpp"
#include "unit/postgresql/postgresql_server.hpp"

#include <atomic>
#include <barrier>
#include <chrono>
#include <stdexcept>
#include <string>

namespace {

using drf_messages::sql::Connection;
using drf_messages::sql::ErrorKind;
using drf_messages::sql::ScopedTransaction;
using drf_messages::sql::transact;
using drf_messages::test::number;
using drf_messages::test::on_threads;
using drf_messages::test::rows;
using drf_messages::test::run;

class PostgresqlTransaction : public drf_messages::test::PostgresqlTest {
protected:
    void SetUp() override {
        connection = connect();
        connection->run_script(
            {"create",
             "CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL); "
             "INSERT INTO t VALUES (1, 0), (2, 0)"}
        );
    }

    std::unique_ptr<Connection> connection;
};

TEST_F(PostgresqlTransaction, IsSeenByOthersOnlyAfterItsCommit) {
    const auto open = shared();
    const auto writer = open();
    const auto reader = open();
    {
        ScopedTransaction transaction(*writer);
        run(*writer, "UPDATE t SET n = 1");
        EXPECT_EQ(number(*writer, "SELECT sum(n) FROM t"), 2);
        EXPECT_EQ(number(*reader, "SELECT sum(n) FROM t"), 0);
        transaction.commit();
    }
    EXPECT_EQ(number(*reader, "SELECT sum(n) FROM t"), 2);
    EXPECT_EQ(writer->statement_count(), 4u);
}

TEST_F(PostgresqlTransaction, IsGoneWhenItIsLeft) {
    for (const bool light : {false, true}) {
        const auto some = light ? shared()() : connect();
        EXPECT_THROW(
            {
                ScopedTransaction transaction(*some);
                run(*some, "UPDATE t SET n = 1");
                throw std::runtime_error("left");
            },
            std::runtime_error
        );
        EXPECT_EQ(number(*some, "SELECT sum(n) FROM t"), 0);
        EXPECT_TRUE(some->usable());
    }
}

TEST_F(PostgresqlTransaction, CanNotBeCommittedAfterAFailedStatement) {
    ScopedTransaction transaction(*connection);
    run(*connection, "UPDATE t SET n = 1");
    error_of([&] { run(*connection, "SELECT missing FROM t"); });
    EXPECT_EQ(error_of([&] { transaction.commit(); }).kind(), ErrorKind::other);
    EXPECT_EQ(number(*connection, "SELECT sum(n) FROM t"), 0);
}

TEST_F(PostgresqlTransaction, IsOneAtATime) {
    ScopedTransaction transaction(*connection);
    EXPECT_THROW(connection->begin(), std::logic_error);
    const auto light = shared()();
    light->begin();
    EXPECT_THROW(light->begin(), std::logic_error);
    EXPECT_FALSE(light->usable());
    light->rollback();
    EXPECT_THROW(light->commit(), std::logic_error);
}

TEST_F(PostgresqlTransaction, ThatWaitsForTheOtherIsUndoneAndRunAgain) {
    const auto open = watched(shared());
    std::barrier both_have_one(2);
    std::atomic<int> attempts{0};
    std::atomic<bool> one_has_committed{false};
    on_threads(2, [&](int index) {
        const auto own = open();
        bool first = true;
        const std::int64_t mine = index + 1;
        const std::int64_t other = 2 - index;
        transact(*own, [&] {
            ++attempts;
            if (!first) {
                // Its row is free again: taken back before the other has it, they would meet anew.
                one_has_committed.wait(false);
            }
            run(*own, "UPDATE t SET n = n + 1 WHERE id = ?", {mine});
            if (first) {
                both_have_one.arrive_and_wait();
            }
            first = false;
            run(*own, "UPDATE t SET n = n + 1 WHERE id = ?", {other});
        });
        one_has_committed = true;
        one_has_committed.notify_all();
    });
    EXPECT_EQ(attempts, 3);
    EXPECT_EQ(rows(*connection, "SELECT n FROM t", 1), (std::vector<std::string>{"2", "2"}));
}

TEST_F(PostgresqlTransaction, IsIsolatedAsConfiguredAndRunAgainWhenItCollides) {
    for (const std::string level : {"repeatable read", "serializable"}) {
        options.isolation_level = level;
        run(*connection, "UPDATE t SET n = 0");
        EXPECT_EQ(
            rows(*connect(), "SELECT current_setting('transaction_isolation')", 1),
            (std::vector<std::string>{level})
        );
        const auto open = watched(shared());
        constexpr int threads = 8;
        on_threads(threads, [&](int) {
            const auto own = open();
            transact(*own, [&] {
                // What was read is what is written: lost when another has written in between.
                const auto n = number(*own, "SELECT n FROM t WHERE id = 1");
                run(*own, "UPDATE t SET n = ? WHERE id = 1", {n + 1});
            });
        });
        EXPECT_EQ(number(*connection, "SELECT n FROM t WHERE id = 1"), threads);
    }
}

TEST_F(PostgresqlTransaction, IsEndedByTheServerWhenItsClientIsSilent) {
    options.idle_in_transaction_timeout = std::chrono::seconds(1);
    const auto silent = connect();
    silent->begin();
    run(*silent, "UPDATE t SET n = 1");
    // Waits for the lock that goes with the transaction.
    run(*connection, "UPDATE t SET n = 2");
    const auto error = error_of([&] { run(*silent, "UPDATE t SET n = 3"); });
    EXPECT_EQ(error.kind(), ErrorKind::connection_lost);
    EXPECT_FALSE(silent->usable());
}

TEST_F(PostgresqlTransaction, WaitsForAFreeConnectionForALimitedTime) {
    options.own_connections = 2;
    options.wait_for_own = std::chrono::milliseconds(50);
    const auto open = shared();
    const auto first = open();
    const auto second = open();
    const auto third = open();
    first->begin();
    second->begin();
    const auto error = error_of([&] { third->begin(); });
    EXPECT_EQ(error.kind(), ErrorKind::busy);
    EXPECT_EQ(number(*third, "SELECT count(*) FROM t"), 2) << "queries need no connection";
    first->rollback();
    third->begin();
    third->rollback();
    second->rollback();
}

} // namespace
