// SPDX-License-Identifier: MIT
#include "sql/error.hpp"
#include "sql/sql_timestamp.hpp"
#include "sql/sqlite/factory.hpp"
#include "sql/statement_limit.hpp"
#include "support/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using drf_messages::Timestamp;
using drf_messages::sql::Error;
using drf_messages::sql::ErrorKind;
using drf_messages::sql::Row;
using drf_messages::sql::StatementLimit;
using drf_messages::sql::Value;
using drf_messages::test::a_monday_morning;
using drf_messages::test::number;
using drf_messages::test::rows;
using drf_messages::test::run;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class SqliteConnection : public testing::Test {
protected:
    SqliteConnection() {
        connection->run_script(
            {"create",
             "CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, name varchar(10) "
             "UNIQUE, at datetime, flag bool); CREATE INDEX t_at ON t (at);"}
        );
    }

    ErrorKind kind_of(const std::function<void()>& action) {
        try {
            action();
        } catch (const Error& error) {
            text = error.what();
            code = error.code();
            return error.kind();
        }
        ADD_FAILURE() << "no error";
        return ErrorKind::other;
    }

    drf_messages::test::TempFolder folder;
    std::unique_ptr<drf_messages::sql::Connection> connection =
        drf_messages::sql::sqlite_connections(drf_messages::test::sqlite_file(folder / "db", true)
        )();
    std::string text;
    std::string code;
};

TEST_F(SqliteConnection, GivesBackWhatWasBound) {
    const Timestamp at = a_monday_morning + std::chrono::microseconds(1);
    const std::string with_nul("a\0b", 3);
    const std::array<Value, 7> values{
        std::monostate(),
        true,
        std::int64_t{-5},
        0.5,
        std::string_view(with_nul),
        at,
        std::string_view()};
    int seen = 0;
    connection->query({"echo", "SELECT ?, ?, ?, ?, ?, ?, ?"}, values, [&](const Row& row) {
        ++seen;
        EXPECT_TRUE(row.is_null(0));
        EXPECT_TRUE(row.boolean(1));
        EXPECT_EQ(row.integer(2), -5);
        EXPECT_EQ(row.text(3), "0.5");
        EXPECT_EQ(row.text(4), with_nul);
        EXPECT_EQ(row.timestamp(5), at);
        EXPECT_FALSE(row.is_null(6));
        EXPECT_EQ(row.text(6), "");
    });
    EXPECT_EQ(seen, 1);
}

TEST_F(SqliteConnection, KeepsTheWidestIntegers) {
    const auto widest = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(number(*connection, "SELECT ?", {widest}), widest);
}

TEST_F(SqliteConnection, StoresTimesAndBooleansAsDjangoDoes) {
    run(*connection,
        "INSERT INTO t (name, at, flag) VALUES (?, ?, ?)",
        {"whole", a_monday_morning, true});
    run(*connection,
        "INSERT INTO t (name, at, flag) VALUES (?, ?, ?)",
        {"fraction", a_monday_morning + std::chrono::milliseconds(500), false});
    EXPECT_THAT(
        rows(*connection, "SELECT typeof(at), at, typeof(flag), flag FROM t ORDER BY id", 4),
        ElementsAre(
            "text|2024-01-01 10:00:00|integer|1", "text|2024-01-01 10:00:00.500000|integer|0"
        )
    );
}

TEST_F(SqliteConnection, SaysWhichColumnHoldsNoTime) {
    EXPECT_EQ(
        kind_of([&] {
            connection->query({"select times", "SELECT 'secret'"}, {}, [](const Row& row) {
                row.timestamp(0);
            });
        }),
        ErrorKind::other
    );
    EXPECT_THAT(text, HasSubstr("select times: column 0 holds no date and time"));
    EXPECT_THAT(text, Not(HasSubstr("secret")));
}

// Of any type that a column of SQLite may hold, in the order in which it sorts them.
TEST_F(SqliteConnection, KnowsTheMomentBesideWhichAnythingIsSorted) {
    run(*connection,
        "INSERT INTO t (at) VALUES (1704103200), (2460310.5), (''), ('2024-01-01'),"
        " ('2024-01-01 10:00:00'), ('2024-01-32'), ('soon'), (x'00')");
    std::vector<std::string> nearest;
    connection->query({"nearest", "SELECT at FROM t ORDER BY at"}, {}, [&](const Row& row) {
        drf_messages::sql::TimestampBuffer buffer;
        nearest.emplace_back(drf_messages::sql::format_timestamp(row.nearest_timestamp(0), buffer));
    });
    EXPECT_THAT(
        nearest,
        ElementsAre(
            "0001-01-01 00:00:00",
            "0001-01-01 00:00:00",
            "0001-01-01 00:00:00",
            "2024-01-01 00:00:00",
            "2024-01-01 10:00:00",
            "2024-02-01 00:00:00",
            "9999-12-31 23:59:59.999999",
            "9999-12-31 23:59:59.999999"
        )
    );
}

TEST_F(SqliteConnection, HoldsTimesByTheClockThatItIsGiven) {
    struct AnHourAhead final : drf_messages::sql::WallClock {
        Timestamp reading_at(Timestamp moment) const override {
            return moment + std::chrono::hours(1);
        }
        Timestamp moment_of(Timestamp reading) const override {
            return reading - std::chrono::hours(1);
        }
    };
    auto options = drf_messages::test::sqlite_file(folder / "db", false);
    options.clock = std::make_shared<AnHourAhead>();
    const auto ahead = drf_messages::sql::sqlite_connections(options)();
    run(*ahead, "INSERT INTO t (name, at) VALUES (?, ?)", {"a", a_monday_morning});
    EXPECT_THAT(rows(*connection, "SELECT at FROM t", 1), ElementsAre("2024-01-01 11:00:00"));
    EXPECT_EQ(number(*ahead, "SELECT COUNT(*) FROM t WHERE at = ?", {a_monday_morning}), 1);
    EXPECT_EQ(number(*connection, "SELECT COUNT(*) FROM t WHERE at = ?", {a_monday_morning}), 0);
    ahead->query({"read", "SELECT at FROM t"}, {}, [](const Row& row) {
        EXPECT_EQ(row.timestamp(0), a_monday_morning);
        EXPECT_EQ(row.text(0), "2024-01-01 11:00:00") << "as the column has it";
    });
}

TEST_F(SqliteConnection, ReturnsTheNewIdAndTheNumberOfChangedRows) {
    const std::array<Value, 1> a{"a"};
    const std::array<Value, 1> b{"b"};
    EXPECT_EQ(connection->insert({"insert", "INSERT INTO t (name) VALUES (?)"}, a), 1);
    EXPECT_EQ(connection->insert({"insert", "INSERT INTO t (name) VALUES (?)"}, b), 2);
    EXPECT_EQ(connection->insert({"ignore", "INSERT OR IGNORE INTO t (name) VALUES (?)"}, b), 0);
    EXPECT_EQ(run(*connection, "UPDATE t SET flag = 1"), 2);
    EXPECT_EQ(run(*connection, "DELETE FROM t WHERE name = ?", {"nobody"}), 0);
    EXPECT_EQ(run(*connection, "SELECT * FROM t"), 0);
    EXPECT_EQ(run(*connection, "DELETE FROM t"), 2);
}

TEST_F(SqliteConnection, TellsTheKindsOfErrorsApart) {
    run(*connection, "INSERT INTO t (name) VALUES ('a')");
    EXPECT_EQ(
        kind_of([&] { run(*connection, "INSERT INTO t (name) VALUES (?)", {"a"}); }),
        ErrorKind::constraint
    );
    EXPECT_EQ(text, "test: UNIQUE constraint failed: t.name (2067)");
    EXPECT_EQ(code, "2067");
    EXPECT_EQ(kind_of([&] { run(*connection, "SELECT * FROM nowhere"); }), ErrorKind::schema);
    EXPECT_EQ(kind_of([&] { run(*connection, "SELECT absent FROM t"); }), ErrorKind::schema);
    EXPECT_EQ(
        kind_of([&] { run(*connection, "INSERT INTO t (absent) VALUES (1)"); }), ErrorKind::schema
    );
    EXPECT_EQ(
        kind_of([&] { run(*connection, "CREATE TABLE t (id integer)"); }), ErrorKind::made_before
    );
    EXPECT_EQ(
        kind_of([&] { run(*connection, "ALTER TABLE t ADD name text"); }), ErrorKind::made_before
    );
    EXPECT_EQ(kind_of([&] { run(*connection, "SELEKT"); }), ErrorKind::other);
    run(*connection, "PRAGMA max_page_count = 1"); // no less than there are
    const std::string long_name(100'000, 'x');
    EXPECT_EQ(
        kind_of([&] { run(*connection, "INSERT INTO t (name) VALUES (?)", {long_name}); }),
        ErrorKind::full
    );
    EXPECT_TRUE(connection->usable());
}

TEST_F(SqliteConnection, StaysUsableWhereWhoeverReadsItsRowsLosesAnotherConnection) {
    run(*connection, "INSERT INTO t (name) VALUES ('a')");
    const auto lose = [](const Row&) {
        throw Error(ErrorKind::connection_lost, "elsewhere", {}, "gone");
    };
    EXPECT_EQ(
        kind_of([&] {
            connection->query({"read", "SELECT name FROM t"}, {}, lose);
        }),
        ErrorKind::connection_lost
    );
    EXPECT_TRUE(connection->usable());
}

TEST_F(SqliteConnection, ChecksForeignKeys) {
    connection->run_script(
        {"create",
         "CREATE TABLE child (t_id integer REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED)"}
    );
    EXPECT_EQ(
        kind_of([&] { run(*connection, "INSERT INTO child (t_id) VALUES (99)"); }),
        ErrorKind::foreign_key
    );
}

TEST_F(SqliteConnection, CanUseAStatementAgainAfterACallbackThrew) {
    run(*connection, "INSERT INTO t (name) VALUES ('a'), ('b')");
    const auto first_row_only = [&] {
        connection->query({"names", "SELECT name FROM t"}, {}, [](const Row&) {
            throw std::runtime_error("enough");
        });
    };
    EXPECT_THROW(first_row_only(), std::runtime_error);
    EXPECT_THAT(rows(*connection, "SELECT name FROM t", 1), ElementsAre("a", "b"));
    run(*connection, "DROP TABLE t");
}

TEST_F(SqliteConnection, StopsReadingAndCanUseTheStatementAgain) {
    run(*connection, "INSERT INTO t (name) VALUES ('a'), ('b'), ('c')");
    for (int turn = 0; turn < 2; ++turn) {
        std::string seen;
        connection
            ->query_while({"some", "SELECT name FROM t ORDER BY id"}, {}, [&](const Row& row) {
                seen += row.text(0);
                return seen != "ab";
            });
        EXPECT_EQ(seen, "ab");
        // No reader is left that would keep the log from being emptied.
        run(*connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        run(*connection, "UPDATE t SET flag = TRUE");
    }
}

TEST_F(SqliteConnection, CanUseAStatementAgainAfterItFailed) {
    constexpr auto insert = "INSERT INTO t (name) VALUES (?)";
    run(*connection, insert, {"a"});
    EXPECT_THROW(run(*connection, insert, {"a"}), Error);
    EXPECT_EQ(run(*connection, insert, {"b"}), 1);
}

TEST_F(SqliteConnection, SeesANewColumnInAStatementThatWasPreparedBefore) {
    EXPECT_THAT(rows(*connection, "SELECT * FROM t", 4), ElementsAre());
    connection->run_script(
        {"alter", "ALTER TABLE t ADD COLUMN extra text; INSERT INTO t DEFAULT VALUES"}
    );
    EXPECT_THAT(rows(*connection, "SELECT * FROM t", 5), ElementsAre("1|NULL|NULL|NULL|NULL"));
}

TEST_F(SqliteConnection, WorksWithMoreTextsThanItKeepsPrepared) {
    for (int turn = 0; turn < 2; ++turn) {
        for (int value = 0; value < 300; ++value) {
            EXPECT_EQ(number(*connection, "SELECT " + std::to_string(value)), value);
        }
    }
}

TEST_F(SqliteConnection, RefusesTwoStatementsInOneAndTheWrongNumberOfParameters) {
    EXPECT_THROW(run(*connection, "SELECT 1; DROP TABLE t"), std::logic_error);
    EXPECT_THROW(run(*connection, ""), std::logic_error);
    EXPECT_THROW(run(*connection, "SELECT ?"), std::logic_error);
    EXPECT_THROW(run(*connection, "SELECT ?", {true, true}), std::logic_error);
    EXPECT_EQ(number(*connection, "SELECT 1;"), 1);
}

TEST_F(SqliteConnection, CountsEachStatementOnce) {
    const auto before = connection->statement_count();
    run(*connection, "INSERT INTO t (name) VALUES ('a')");
    number(*connection, "SELECT COUNT(*) FROM t");
    connection->run_script({"two", "DELETE FROM t; -- and\nDELETE FROM t;\n"});
    EXPECT_EQ(connection->statement_count() - before, 4u);
}

TEST_F(SqliteConnection, ComparesPatternsWithoutRegardToAsciiCaseAsDjangoDoes) {
    EXPECT_EQ(number(*connection, "SELECT 'ABC' LIKE ?", {"a%"}), 1);
}

TEST(SqliteMemory, LivesInOneConnection) {
    drf_messages::sql::SqliteOptions options;
    options.path = ":memory:";
    const auto connection = drf_messages::sql::sqlite_connections(options)();
    connection->run_script({"create", "CREATE TABLE t (id integer)"});
    EXPECT_EQ(run(*connection, "INSERT INTO t VALUES (1)"), 1);
}

TEST_F(SqliteConnection, GivesUpAStatementThatWorksTooLong) {
    auto options = drf_messages::test::sqlite_file(folder / "db");
    options.statement_timeout = std::chrono::milliseconds(500);
    const auto limited = drf_messages::sql::sqlite_connections(options)();
    const auto count_to = [&](std::int64_t most) {
        return number(
            *limited,
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "SELECT COUNT(*) FROM n",
            {most}
        );
    };
    const ErrorKind kind = kind_of([&] { count_to(std::int64_t{1} << 40); });
    EXPECT_EQ(kind, ErrorKind::timed_out) << text;
    EXPECT_EQ(count_to(1000), 1000);
}

TEST_F(SqliteConnection, TakesAnotherLimitAsLongAsItIsWanted) {
    for (const auto usual : {std::chrono::milliseconds(0), std::chrono::milliseconds(600'000)}) {
        auto options = drf_messages::test::sqlite_file(folder / "db");
        options.statement_timeout = usual;
        const auto limited = drf_messages::sql::sqlite_connections(options)();
        const auto count_to = [&](std::int64_t most) {
            return number(
                *limited,
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
                "SELECT COUNT(*) FROM n",
                {most}
            );
        };
        {
            const StatementLimit limit(*limited, std::chrono::milliseconds(1));
            EXPECT_EQ(kind_of([&] { count_to(std::int64_t{1} << 40); }), ErrorKind::timed_out);
            EXPECT_EQ(kind_of([&] { count_to(std::int64_t{1} << 40); }), ErrorKind::timed_out);
            EXPECT_EQ(count_to(100), 100) << "what is quick needs no time";
        }
        EXPECT_EQ(count_to(1'000'000), 1'000'000);
    }
}

TEST_F(SqliteConnection, UndoesATransactionWhoseStatementWorkedTooLong) {
    auto options = drf_messages::test::sqlite_file(folder / "db");
    options.statement_timeout = std::chrono::milliseconds(500);
    const auto limited = drf_messages::sql::sqlite_connections(options)();
    limited->begin();
    run(*limited, "INSERT INTO t (name) VALUES ('kept?')");
    const ErrorKind kind = kind_of([&] {
        run(*limited,
            "INSERT INTO t (flag) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            "SELECT i FROM n WHERE i < 0");
    });
    EXPECT_EQ(kind, ErrorKind::timed_out) << text;
    EXPECT_THROW(run(*limited, "INSERT INTO t (name) VALUES ('alone')"), Error);
    limited->rollback();
    EXPECT_EQ(number(*connection, "SELECT COUNT(*) FROM t"), 0);
}

} // namespace
