// SPDX-License-Identifier: MIT
#include "sql/transaction.hpp"
#include "unit/postgresql/postgresql_server.hpp"
#include "unit/postgresql/proxy.hpp"

#include <atomic>
#include <chrono>
#include <string>

namespace {

using drf_messages::sql::Connection;
using drf_messages::sql::Error;
using drf_messages::sql::ErrorKind;
using drf_messages::test::number;
using drf_messages::test::on_threads;
using drf_messages::test::Proxy;
using drf_messages::test::run;

class PostgresqlOutage : public drf_messages::test::PostgresqlTest {
protected:
    void SetUp() override {
        run(*connect(), "CREATE TABLE t (id serial PRIMARY KEY, n integer NOT NULL)");
    }
    std::uint16_t server_port() const {
        return static_cast<std::uint16_t>(std::stoi(options.parameters.at("port")));
    }
};

TEST_F(PostgresqlOutage, OfAnIdleConnectionIsNotNoticedByQueries) {
    const auto light = shared()();
    number(*light, "SELECT 1");
    terminate_all();
    EXPECT_EQ(number(*light, "SELECT 2"), 2);
}

TEST_F(PostgresqlOutage, OfAnIdleConnectionIsNotNoticedByTransactions) {
    const auto light = shared()();
    run(*light, "INSERT INTO t (n) VALUES (1)");
    terminate_all();
    run(*light, "INSERT INTO t (n) VALUES (2)");
    terminate_all();
    light->begin();
    run(*light, "INSERT INTO t (n) VALUES (3)");
    light->commit();
    EXPECT_EQ(number(*light, "SELECT count(*) FROM t"), 3);
}

TEST_F(PostgresqlOutage, InMidStatementSendsQueriesAgainAndNeverWrites) {
    const auto open = shared();
    const auto is_running = [&](std::string_view what) {
        return number(
                   *admin,
                   "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND datname = ? "
                   "AND query LIKE ?",
                   {std::string_view(database), what}
               ) > 0;
    };
    {
        std::jthread reader([&] { EXPECT_EQ(number(*open(), "SELECT 5 FROM pg_sleep(2)"), 5); });
        while (!is_running("SELECT 5%")) {
        }
        terminate_all();
    }
    {
        std::jthread writer([&] {
            const Error error =
                error_of([&] { run(*open(), "INSERT INTO t (n) SELECT 1 FROM pg_sleep(60)"); });
            EXPECT_EQ(error.kind(), ErrorKind::connection_lost);
            EXPECT_FALSE(error.retryable());
        });
        while (!is_running("INSERT%")) {
        }
        terminate_all();
    }
    EXPECT_EQ(number(*open(), "SELECT count(*) FROM t"), 0);
}

/// Threads, and fibers.
class PostgresqlOutageOfMany : public PostgresqlOutage,
                               public testing::WithParamInterface<drf_messages::test::AtOnce> {};

INSTANTIATE_TEST_SUITE_P(, PostgresqlOutageOfMany, drf_messages::test::threads_and_fibers());

TEST_P(PostgresqlOutageOfMany, LosesAndDoublesNothingThatWasAcknowledged) {
    const auto open = watched(shared(2));
    std::atomic<bool> stop{false};
    std::atomic<int> acknowledged{0};
    std::atomic<int> unknown{0};
    std::jthread trouble([&] {
        for (int i = 0; i < 10; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            terminate_all();
        }
        stop = true;
    });
    GetParam()(8, [&](int) {
        const auto own = open();
        while (!stop) {
            try {
                drf_messages::sql::transact(*own, [&] {
                    run(*own, "INSERT INTO t (n) VALUES (1)");
                });
                ++acknowledged;
            } catch (const Error& error) {
                EXPECT_EQ(error.kind(), ErrorKind::connection_lost) << error.what();
                ++unknown;
            }
            try {
                EXPECT_EQ(number(*own, "SELECT 1"), 1);
            } catch (const Error& error) {
                EXPECT_EQ(error.kind(), ErrorKind::connection_lost) << error.what();
            }
        }
    });
    const auto stored = number(*open(), "SELECT count(*) FROM t");
    EXPECT_GE(stored, acknowledged);
    EXPECT_LE(stored, acknowledged + unknown);
    EXPECT_GT(acknowledged, 10);
}

TEST_F(PostgresqlOutage, CostsLittleWhileItLastsAndEndsByItself) {
    Proxy proxy(server_port());
    options.parameters["port"] = proxy.port();
    const auto open = shared(2);
    number(*open(), "SELECT 1");
    run(*admin, "ALTER DATABASE \"" + database + "\" ALLOW_CONNECTIONS false");
    terminate_all();
    const int before = proxy.connections;
    const auto start = std::chrono::steady_clock::now();
    on_threads(16, [&](int) {
        const auto own = open();
        for (int i = 0; i < 100; ++i) {
            EXPECT_EQ(
                error_of([&] { number(*own, "SELECT 1"); }).kind(), ErrorKind::connection_lost
            );
        }
    });
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::minutes(1));
    EXPECT_LT(proxy.connections - before, 60) << "of 1600 queries";

    run(*admin, "ALTER DATABASE \"" + database + "\" ALLOW_CONNECTIONS true");
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    bool back = false;
    while (!back && std::chrono::steady_clock::now() < until) {
        try {
            back = number(*open(), "SELECT 1") == 1;
        } catch (const Error&) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }
    EXPECT_TRUE(back);
}

TEST_F(PostgresqlOutage, OfASilentServerIsNoticedInTime) {
    Proxy proxy(server_port());
    options.parameters["port"] = proxy.port();
    options.statement_timeout = std::chrono::seconds(1);
    const auto own = connect();
    const auto light = shared()();
    number(*light, "SELECT 1");
    proxy.answer_after_executes = 1'000'000;
    for (Connection* const connection : {own.get(), light.get()}) {
        EXPECT_EQ(
            error_of([&] { number(*connection, "SELECT 1"); }).kind(), ErrorKind::connection_lost
        );
    }
    EXPECT_FALSE(own->usable());
}

} // namespace
