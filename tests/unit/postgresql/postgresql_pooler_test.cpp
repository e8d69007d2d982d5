// SPDX-License-Identifier: MIT
#include "sql/statement_limit.hpp"
#include "sql/transaction.hpp"
#include "unit/postgresql/postgresql_server.hpp"

#include <chrono>
#include <string>

namespace {

using drf_messages::Timestamp;
using drf_messages::sql::Connection;
using drf_messages::sql::ErrorKind;
using drf_messages::sql::Row;
using drf_messages::sql::StatementLimit;
using drf_messages::test::number;
using drf_messages::test::on_threads;
using drf_messages::test::postgresql_server;
using drf_messages::test::rows;
using drf_messages::test::run;

/// The same database by way of PgBouncer in transaction mode, with two connections for all.
class PostgresqlPooler : public drf_messages::test::PostgresqlTest {
protected:
    void SetUp() override {
        options.parameters["port"] =
            postgresql_server("DRF_MESSAGES_TEST_PGBOUNCER").parameters.at("port");
        run(*connect(), "CREATE TABLE t (id serial PRIMARY KEY, n integer, at timestamptz)");
    }
};

TEST_F(PostgresqlPooler, CarriesManyClientsWithoutPreparedStatements) {
    const auto open = watched(shared(2));
    on_threads(12, [&](int thread) {
        const auto own = open();
        for (std::int64_t i = 0; i < 30; ++i) {
            EXPECT_EQ(number(*own, "SELECT ? + 0", {i}), i);
            drf_messages::sql::transact(*own, [&] {
                run(*own, "INSERT INTO t (n) VALUES (?)", {std::int64_t{thread}});
                EXPECT_GE(
                    number(*own, "SELECT count(*) FROM t WHERE n = ?", {std::int64_t{thread}}),
                    i + 1
                );
            });
        }
    });
    EXPECT_EQ(number(*open(), "SELECT count(*) FROM t"), 360);
    EXPECT_EQ(number(*open(), "SELECT count(*) FROM pg_prepared_statements"), 0);
}

TEST_F(PostgresqlPooler, KeepsMomentsInUtc) {
    run(*admin, "ALTER DATABASE \"" + database + "\" SET TimeZone = 'Asia/Kathmandu'");
    const auto own = connect();
    const Timestamp moment = drf_messages::test::a_monday_morning;
    run(*own, "INSERT INTO t (at) VALUES (?)", {moment});
    own->query({"test", "SELECT at FROM t"}, {}, [&](const Row& row) {
        EXPECT_EQ(row.timestamp(0), moment);
    });
}

TEST_F(PostgresqlPooler, KeepsTheLimitsOfTransactionsToThem) {
    options.lock_timeout = std::chrono::milliseconds(50);
    const auto own = connect();
    own->begin();
    EXPECT_EQ(
        rows(*own, "SELECT current_setting('lock_timeout')", 1), (std::vector<std::string>{"50ms"})
    );
    own->commit();
    EXPECT_EQ(
        rows(*own, "SELECT current_setting('lock_timeout')", 1), (std::vector<std::string>{"0"})
    );
}

TEST_F(PostgresqlPooler, KeepsTheLimitOfAFewStatementsToThem) {
    options.statement_timeout = std::chrono::seconds(600);
    const auto own = connect();
    const auto timeout = [&] {
        return rows(*own, "SELECT current_setting('statement_timeout')", 1).front();
    };
    own->begin();
    {
        const StatementLimit limit(*own, std::chrono::milliseconds(500));
        EXPECT_THAT(timeout(), testing::EndsWith("ms"));
    }
    EXPECT_EQ(timeout(), "10min") << "in the rest of the transaction";
    own->commit();
    {
        const StatementLimit limit(*own, std::chrono::milliseconds(500));
        const auto error = error_of([&] { number(*own, "SELECT 1 FROM pg_sleep(600)"); });
        EXPECT_EQ(error.kind(), ErrorKind::timed_out) << error.what();
    }
    EXPECT_EQ(timeout(), "0") << "of whoever has the connection next";
}

TEST_F(PostgresqlPooler, RefusesARoleThatWouldGoToOthers) {
    options.role = "anybody";
    EXPECT_THAT(error_of([&] { connect(); }).what(), testing::HasSubstr("cannot be assumed"));
}

} // namespace
