// SPDX-License-Identifier: MIT
#include "fibers/wait.hpp"
#include "unit/postgresql/postgresql_server.hpp"
#include "unit/postgresql/proxy.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using drf_messages::sql::Connection;
using drf_messages::sql::ErrorKind;
using drf_messages::sql::Row;
using drf_messages::test::number;
using drf_messages::test::on_fibers;
using drf_messages::test::on_threads;
using drf_messages::test::Proxy;
using drf_messages::test::rows;
using drf_messages::test::run;

class PostgresqlPipeline : public drf_messages::test::PostgresqlTest {
protected:
    void SetUp() override {
        run(*connect(), "CREATE TABLE t (id serial PRIMARY KEY, n integer NOT NULL)");
    }

    std::uint16_t server_port() const {
        return static_cast<std::uint16_t>(std::stoi(options.parameters.at("port")));
    }
};

/// Of threads, and of fibers.
class PostgresqlPipelineOfMany : public PostgresqlPipeline,
                                 public testing::WithParamInterface<drf_messages::test::AtOnce> {};

INSTANTIATE_TEST_SUITE_P(, PostgresqlPipelineOfMany, drf_messages::test::threads_and_fibers());

TEST_F(PostgresqlPipeline, SendsTheQueriesOfManyThreadsBeforeTheFirstAnswer) {
    Proxy proxy(server_port());
    options.parameters["port"] = proxy.port();
    options.slow_query = std::chrono::hours(1);
    const auto open = shared();
    number(*open(), "SELECT 1");
    constexpr int threads = 20;
    proxy.answer_after_executes = proxy.executes + threads;
    on_threads(threads, [&](int index) {
        EXPECT_EQ(number(*open(), "SELECT ? + 0", {std::int64_t{index}}), index);
    });
    EXPECT_EQ(proxy.connections, 1);
}

TEST_F(PostgresqlPipeline, SendsTheQueriesOfTheFibersOfAThreadAtOnce) {
    Proxy proxy(server_port());
    options.parameters["port"] = proxy.port();
    options.slow_query = std::chrono::hours(1);
    const auto open = shared();
    number(*open(), "SELECT ? + 0", {std::int64_t{1}});
    const int before = proxy.syncs;
    on_fibers(1, 20, [&](int index) {
        EXPECT_EQ(number(*open(), "SELECT ? + 0", {std::int64_t{index}}), index);
    });
    EXPECT_EQ(proxy.syncs, before + 1);
    EXPECT_EQ(proxy.connections, 1);
}

TEST_F(PostgresqlPipeline, LetsFibersOfAThreadGoOnWhileOneWaitsForALockOfAnother) {
    const auto open = shared();
    const auto other = open();
    run(*other, "INSERT INTO t (n) VALUES (1)");
    std::vector<std::string> order;
    bool one_had_it = false;
    on_fibers(1, 2, [&](int index) {
        const auto own = open();
        own->begin();
        order.push_back("wants " + std::to_string(index));
        run(*own, "UPDATE t SET n = n + 1");
        const bool first = !std::exchange(one_had_it, true);
        while (first && number(*own, "SELECT count(*) FROM pg_locks WHERE NOT granted") == 0) {
        }
        own->commit();
        order.push_back("has " + std::to_string(index));
    });
    EXPECT_THAT(order, testing::ElementsAre("wants 0", "wants 1", testing::_, testing::_));
    EXPECT_EQ(number(*other, "SELECT n FROM t"), 3);
}

TEST_F(PostgresqlPipeline, FindsTheSlowOneOfABatch) {
    options.slow_query = std::chrono::seconds(1);
    const auto open = shared();
    const std::string_view slow = "SELECT count(*) FROM pg_sleep(1.3)";
    const auto ask = [&](int index) {
        index == 3 ? number(*open(), slow) : number(*open(), "SELECT 1");
    };
    on_fibers(1, 8, ask); // one of these it was
    EXPECT_EQ(backends(), 1);
    on_fibers(1, 8, ask); // now they go one by one
    EXPECT_EQ(backends(), 1);
    number(*open(), "SELECT 1");
    EXPECT_EQ(backends(), 1);
    number(*open(), slow);
    EXPECT_EQ(backends(), 2) << "the slow one goes another way";
}

TEST_P(PostgresqlPipelineOfMany, AnswersAThousandQueriesAtOnceEachWithItsOwnRows) {
    options.slow_query = std::chrono::hours(1);
    const auto open = shared(2);
    constexpr int threads = 50;
    GetParam()(threads, [&](int thread) {
        const auto own = open();
        for (int i = 0; i < 20; ++i) {
            const std::int64_t wanted = thread * 1000 + i;
            const auto lines = rows(
                *own, "SELECT ?, g FROM generate_series(1, ?) g", 2, {wanted, std::int64_t{i}}
            );
            ASSERT_EQ(lines.size(), static_cast<std::size_t>(i));
            for (const std::string& line : lines) {
                ASSERT_EQ(line.substr(0, line.find('|')), std::to_string(wanted));
            }
        }
        EXPECT_EQ(own->statement_count(), 20u);
    });
    EXPECT_LE(backends(), 2) << "nothing took a connection of its own";
}

TEST_P(PostgresqlPipelineOfMany, TellsAnErrorOnlyToWhomItBelongs) {
    const auto open = shared();
    std::atomic<int> failed{0};
    GetParam()(16, [&](int thread) {
        const auto own = open();
        for (int i = 0; i < 50; ++i) {
            if ((thread + i) % 4 == 0) {
                const auto error =
                    error_of([&] { number(*own, "SELECT 1 / ?", {std::int64_t{0}}); });
                EXPECT_EQ(error.code(), "22012");
                ++failed;
            } else if ((thread + i) % 4 == 1) {
                EXPECT_EQ(
                    error_of([&] { number(*own, "SELECT missing FROM t"); }).kind(),
                    ErrorKind::schema
                );
            } else {
                EXPECT_EQ(number(*own, "SELECT 6 / ?", {std::int64_t{2}}), 3);
            }
        }
    });
    EXPECT_EQ(failed, 200);
}

TEST_P(PostgresqlPipelineOfMany, GoesOnWhenACallbackThrows) {
    const auto open = shared();
    GetParam()(8, [&](int thread) {
        const auto own = open();
        for (int i = 0; i < 50; ++i) {
            const auto read = [&] {
                own->query({"test", "SELECT generate_series(1, 10)"}, {}, [&](const Row& row) {
                    if (thread % 2 == 0 && row.integer(0) == 3) {
                        throw std::out_of_range("the caller's own");
                    }
                });
            };
            if (thread % 2 == 0) {
                EXPECT_THROW(read(), std::out_of_range);
            } else {
                read();
            }
        }
    });
}

TEST_F(PostgresqlPipeline, DoesNotCarryWritesNorLocks) {
    const auto open = shared();
    const auto light = open();
    EXPECT_EQ(number(*light, "INSERT INTO t (n) VALUES (1) RETURNING id"), 1);
    EXPECT_EQ(run(*light, "UPDATE t SET n = 2"), 1);
    EXPECT_EQ(number(*light, "SELECT n FROM t FOR UPDATE"), 2);
    EXPECT_EQ(number(*light, "SELECT count(*) FROM t"), 1) << "the refused attempt wrote nothing";
}

TEST_F(PostgresqlPipeline, LosesNoQueryWhenItGivesItsConnectionAway) {
    const auto owner = connect();
    run(*owner, "CREATE ROLE narrow LOGIN CONNECTION LIMIT 1");
    run(*owner, "GRANT INSERT ON t TO narrow");
    run(*owner, "GRANT USAGE ON SEQUENCE t_id_seq TO narrow");
    {
        Proxy proxy(server_port());
        options.parameters["port"] = proxy.port();
        options.parameters["user"] = "narrow";
        options.own_connections = 1;
        options.slow_query = std::chrono::hours(1);
        const auto open = shared();
        const auto ask = [&](std::int64_t what) {
            EXPECT_EQ(number(*open(), "SELECT ? + 0", {what}), what);
        };
        const auto until = [](const auto& event) {
            while (!event()) {
                drf_messages::fibers::sleep_for(std::chrono::milliseconds(1));
            }
        };
        const auto write = [&] {
            try {
                run(*open(), "INSERT INTO t (n) VALUES (1)");
                return true;
            } catch (const drf_messages::sql::Error& error) {
                EXPECT_EQ(error.kind(), ErrorKind::too_many_connections); // a slow machine
                return false;
            }
        };
        ask(1);
        ASSERT_EQ(proxy.connections, 1);
        constexpr int second_attempt = 4; // one that is refused is two connections
        const int before = proxy.executes;
        proxy.answer_after_executes = before + 100;
        bool second_asks = false;
        std::jthread writer;
        on_fibers(1, 3, [&](int index) {
            if (index == 0) {
                ask(2); // it leads, and sends the other's before its own answer is taken in
                // Now the other one is to lead, but this one holds their thread up until a write,
                // for which the server allows no second connection, has asked for room.
                writer = std::jthread([&] {
                    while (!write()) {
                    }
                });
                while (proxy.connections < second_attempt) {
                }
            } else if (index == 1) {
                until([&] { return proxy.executes > before; });
                second_asks = true;
                ask(3);
            } else {
                until([&] { return second_asks; });
                proxy.answer_after_executes = 0;
            }
        });
    }
    EXPECT_EQ(number(*owner, "SELECT count(*) FROM t"), 1);
    run(*owner, "DROP OWNED BY narrow");
    run(*owner, "DROP ROLE narrow");
}

TEST_F(PostgresqlPipeline, IsNotHeldUpBySlowQueriesForLong) {
    options.slow_query = std::chrono::milliseconds(100);
    const auto open = shared(1);
    number(*open(), "SELECT 1");
    std::jthread slow([&] {
        run(*open(), "SELECT 1");
        error_of([&] { number(*open(), "SELECT count(*) FROM pg_sleep(60)"); });
    });
    const std::string of_slow = " FROM pg_stat_activity WHERE state = 'active' AND query LIKE "
                                "'SELECT count(*) FROM pg_sleep%'";
    // Whatever comes earlier waits behind it.
    const std::string known_to_be_slow = of_slow +
                                         " AND clock_timestamp() - query_start > interval '" +
                                         std::to_string(2 * options.slow_query.count()) + " ms'";
    while (number(*admin, "SELECT count(*)" + known_to_be_slow) == 0) {
    }
    EXPECT_EQ(number(*open(), "SELECT 7"), 7);
    EXPECT_EQ(number(*admin, "SELECT count(*)" + of_slow), 1) << "the slow one still runs";
    number(*admin, "SELECT count(pg_cancel_backend(pid))" + of_slow);
}

TEST_F(PostgresqlPipeline, SendsStatementsThatWereSlowOrLargeAnotherWay) {
    const auto open = shared(1);
    const auto light = open();
    const std::string_view large = "SELECT repeat('x', 1000000)";
    rows(*light, large, 1);
    EXPECT_EQ(backends(), 1);
    rows(*light, large, 1);
    EXPECT_EQ(backends(), 2);
}

TEST_F(PostgresqlPipeline, AsksAgainElsewhereWhatIsUnderWayWhenItMayLeadToAnotherServer) {
    Proxy proxy(server_port());
    options.parameters["port"] = proxy.port();
    options.slow_query = std::chrono::hours(1);
    const auto renewals = std::make_shared<drf_messages::sql::Renewals>();
    options.renewals = renewals;
    const auto open = shared();
    const auto light = open();
    run(*light, "INSERT INTO t (n) VALUES (7)");
    number(*light, "SELECT n FROM t");
    const auto locker = connect();
    const int before = proxy.connections;
    locker->begin();
    run(*locker, "LOCK TABLE t");
    {
        const auto ask = [&] { EXPECT_EQ(number(*open(), "SELECT n FROM t"), 7); };
        const std::jthread under_way(ask);
        while (number(*admin, "SELECT count(*) FROM pg_locks WHERE NOT granted") == 0) {
        }
        renewals->renew();
        const std::jthread another(ask);
        while (proxy.connections == before) {
        }
        locker->commit();
    }
    EXPECT_EQ(proxy.connections, before + 1);
    run(*light, "INSERT INTO t (n) VALUES (8)");
    EXPECT_EQ(proxy.connections, before + 2) << "written on the connection of before";
}

TEST_F(PostgresqlPipeline, ReplacesItsConnectionWhenThatIsOldAndIdle) {
    const auto backend = [](Connection& of) { return number(of, "SELECT pg_backend_pid()"); };
    options.slow_query = std::chrono::hours(1); // a slow one would go another way
    options.max_age = std::chrono::hours(1);
    const auto young = shared(1)();
    EXPECT_EQ(backend(*young), backend(*young));
    options.max_age = std::chrono::seconds(1);
    const auto old = shared(1)();
    const auto first = backend(*old);
    std::this_thread::sleep_for(std::chrono::milliseconds(1200));
    EXPECT_NE(backend(*old), first);
}

} // namespace
