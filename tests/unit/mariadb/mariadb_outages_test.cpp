// SPDX-License-Identifier: MIT
#include "sql/transaction.hpp"
#include "unit/mariadb/mariadb_server.hpp"

#include <chrono>
#include <future>
#include <string>
#include <thread>

namespace {

using namespace std::chrono_literals;
using drf_messages::sql::Connection;
using drf_messages::sql::Error;
using drf_messages::sql::ErrorKind;
using drf_messages::sql::transact;
using drf_messages::test::number;
using drf_messages::test::run;

class MariadbOutages : public drf_messages::test::MariadbTest {
protected:
    MariadbOutages() {
        setup->run_script({"create", "CREATE TABLE t (n integer PRIMARY KEY AUTO_INCREMENT)"});
    }

    /// Ends a connection and waits until the server has closed it.
    void end(Connection& connection) {
        const std::int64_t id = id_of(connection);
        kill(id);
        wait_until_gone(id);
    }

    void wait_until_gone(std::int64_t id) {
        while (number(
                   *admin, "SELECT COUNT(*) FROM information_schema.processlist WHERE id = ?", {id}
               ) > 0) {
            std::this_thread::sleep_for(1ms);
        }
        std::this_thread::sleep_for(20ms);
    }

    std::int64_t count() { return number(*setup, "SELECT COUNT(*) FROM t"); }

    std::unique_ptr<Connection> setup = connect();
};

TEST_F(MariadbOutages, BeforeAStatementWasSentAreNotNoticed) {
    const auto connection = connect_supervised();
    for (int turn = 0; turn < 3; ++turn) {
        end(*connection);
        EXPECT_EQ(run(*connection, "INSERT INTO t VALUES ()"), 1);
        end(*connection);
        EXPECT_EQ(number(*connection, "SELECT 7"), 7);
    }
    EXPECT_EQ(count(), 3);
}

TEST_F(MariadbOutages, BeforeATransactionAreNotNoticed) {
    const auto connection = connect_supervised();
    end(*connection);
    transact(*connection, [&] { run(*connection, "INSERT INTO t VALUES ()"); });
    EXPECT_EQ(count(), 1);
}

TEST_F(MariadbOutages, InATransactionUndoItAndTransactRunsItAgain) {
    const auto connection = connect_supervised();
    int attempts = 0;
    transact(*connection, [&] {
        run(*connection, "INSERT INTO t VALUES ()");
        if (++attempts == 1) {
            end(*connection);
        }
        run(*connection, "INSERT INTO t VALUES ()");
    });
    EXPECT_EQ(attempts, 2);
    EXPECT_EQ(count(), 2);
}

TEST_F(MariadbOutages, WhileAWriteIsUnderWayAreALostConnection) {
    const auto connection = connect_supervised();
    const std::int64_t id = id_of(*connection);
    auto lost = std::async(std::launch::async, [&] {
        return error_of([&] { run(*connection, "INSERT INTO t SELECT SLEEP(20)"); });
    });
    while (number(
               *admin,
               "SELECT COUNT(*) FROM information_schema.processlist WHERE id = ? AND state = 'User "
               "sleep'",
               {id}
           ) == 0) {
        std::this_thread::sleep_for(1ms);
    }
    kill(id);
    EXPECT_EQ(lost.get().kind(), ErrorKind::connection_lost);
    EXPECT_FALSE(connection->usable());
    EXPECT_EQ(number(*connection, "SELECT COUNT(*) FROM t"), 0) << "opened again";
    EXPECT_TRUE(connection->usable());
}

TEST_F(MariadbOutages, WithoutSupervisionLeaveAnUnusableConnectionThatIsToBeClosed) {
    const auto connection = connect();
    end(*connection);
    const Error error = error_of([&] { run(*connection, "INSERT INTO t VALUES ()"); });
    EXPECT_EQ(error.kind(), ErrorKind::connection_lost);
    EXPECT_TRUE(error.retryable()) << "it was not sent";
    EXPECT_FALSE(connection->usable());
}

TEST_F(MariadbOutages, ByAnIdleTimeoutOfTheServerAreNotNoticed) {
    options.init_command = "SET SESSION wait_timeout = 1";
    const auto connection = connect_supervised();
    wait_until_gone(id_of(*connection));
    EXPECT_EQ(run(*connection, "INSERT INTO t VALUES ()"), 1);
}

TEST_F(MariadbOutages, OfAServerThatDoesNotAnswerEndWithTheReadTimeout) {
    options.read_timeout = 1s;
    const auto connection = connect();
    const auto start = std::chrono::steady_clock::now();
    const Error error = error_of([&] { number(*connection, "SELECT SLEEP(100)"); });
    EXPECT_LT(std::chrono::steady_clock::now() - start, 60s);
    EXPECT_EQ(error.kind(), ErrorKind::connection_lost);
}

} // namespace
