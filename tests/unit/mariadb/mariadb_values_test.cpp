// SPDX-License-Identifier: MIT
#include "sql/sql_timestamp.hpp"
#include "unit/mariadb/mariadb_server.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using drf_messages::Timestamp;
using drf_messages::sql::Connection;
using drf_messages::sql::Row;
using drf_messages::sql::Value;
using drf_messages::test::a_monday_morning;
using drf_messages::test::number;
using drf_messages::test::rows;
using drf_messages::test::run;
using testing::ElementsAre;
using testing::HasSubstr;

class MariadbValues : public drf_messages::test::MariadbTest {
protected:
    MariadbValues() {
        connection->run_script(
            {"create",
             "CREATE TABLE t (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, small smallint, flag "
             "bool, share double, name varchar(255), body longtext, at datetime(6))"}
        );
    }
    std::unique_ptr<Connection> connection = connect();
};

TEST_F(MariadbValues, LeaveNoStatementBehindThatIsLong) {
    const auto status = [&](const std::string& name) {
        const auto line = rows(*connection, "SHOW SESSION STATUS LIKE '" + name + "'", 2).at(0);
        return std::stoll(line.substr(line.find('|') + 1));
    };
    const auto kept = [&] { return status("Com_stmt_prepare") - status("Com_stmt_close"); };
    const auto asked = [&](std::size_t length) {
        return number(
            *connection, "SELECT 7 /* " + std::string(length, 'x') + std::to_string(length) + " */"
        );
    };
    asked(10);
    kept();
    const auto before = kept();
    for (std::size_t length = 5'000; length < 5'050; ++length) {
        EXPECT_EQ(asked(length), 7);
    }
    EXPECT_EQ(kept(), before);
    for (std::size_t length = 3'000; length < 3'100; ++length) {
        EXPECT_EQ(asked(length), 7);
    }
    EXPECT_LE(kept(), before + 10) << "32 kB of text";
}

TEST_F(MariadbValues, ComeBackFromEveryTypeOfColumn) {
    const Timestamp at = a_monday_morning + std::chrono::microseconds(1);
    const std::array<Value, 6> values{
        std::int64_t{-32768}, true, 0.5, std::string_view("näme"), std::string_view("body"), at};
    const auto id = connection->insert(
        {"insert", "INSERT INTO t (small, flag, share, name, body, at) VALUES (?, ?, ?, ?, ?, ?)"},
        values
    );
    int seen = 0;
    const std::array<Value, 1> key{id};
    connection->query(
        {"select", "SELECT id, small, flag, share, name, body, at FROM t WHERE id = ?"},
        key,
        [&](const Row& row) {
            ++seen;
            EXPECT_EQ(row.integer(0), id);
            EXPECT_EQ(row.integer(1), -32768);
            EXPECT_TRUE(row.boolean(2));
            EXPECT_EQ(row.text(3), "0.5");
            EXPECT_EQ(row.text(4), "näme");
            EXPECT_EQ(row.text(5), "body");
            EXPECT_EQ(row.timestamp(6), at);
            EXPECT_EQ(row.text(6), "2024-01-01 10:00:00.000001");
            EXPECT_EQ(row.text(1), "-32768");
            EXPECT_FALSE(row.is_null(6));
        }
    );
    EXPECT_EQ(seen, 1);
}

TEST_F(MariadbValues, MayBeNullInEveryTypeOfColumn) {
    const std::array<Value, 6> nothing{};
    connection->insert(
        {"insert", "INSERT INTO t (small, flag, share, name, body, at) VALUES (?, ?, ?, ?, ?, ?)"},
        nothing
    );
    EXPECT_THAT(
        rows(*connection, "SELECT small, flag, share, name, body, at FROM t", 6),
        ElementsAre("NULL|NULL|NULL|NULL|NULL|NULL")
    );
    connection->query({"select", "SELECT at, small, name FROM t"}, {}, [](const Row& row) {
        EXPECT_THROW(row.timestamp(0), drf_messages::sql::Error);
        EXPECT_EQ(row.integer(1), 0);
        EXPECT_EQ(row.text(2), "");
    });
}

TEST_F(MariadbValues, OfTextAreAnyUnicodeAndMayBeEmpty) {
    for (const std::string& text :
         {std::string("😀 𝕏 ﷽"),
          std::string(),
          std::string("a'b\"c\\d`e%_?"),
          std::string("\n\t\r"),
          std::string("trailing  ")}) {
        run(*connection, "DELETE FROM t");
        run(*connection, "INSERT INTO t (name, body) VALUES (?, ?)", {text, text});
        EXPECT_THAT(
            rows(*connection, "SELECT name, body FROM t WHERE name = ?", 2, {text}),
            ElementsAre(text + "|" + text)
        );
    }
}

TEST_F(MariadbValues, OfTextMayBeLongAndLeaveTheNextRowAlone) {
    const std::string wide(255, '\xff');
    std::string four_bytes;
    for (int i = 0; i < 255; ++i) {
        four_bytes += "😀";
    }
    const std::string megabytes(3'000'000, 'x');
    for (const std::string& body :
         {std::string("short"), megabytes, std::string(70'000, 'y'), std::string("z")}) {
        run(*connection, "INSERT INTO t (name, body) VALUES (?, ?)", {four_bytes, body});
    }
    std::vector<std::size_t> sizes;
    for (int turn = 0; turn < 2; ++turn) {
        sizes.clear();
        connection
            ->query({"select", "SELECT body, name FROM t ORDER BY id"}, {}, [&](const Row& row) {
                sizes.push_back(row.text(0).size());
                EXPECT_EQ(row.text(1), four_bytes);
                if (sizes.size() == 2) {
                    EXPECT_EQ(row.text(0), megabytes);
                }
            });
        EXPECT_THAT(sizes, ElementsAre(5, 3'000'000, 70'000, 1));
    }
}

TEST_F(MariadbValues, OfWholeNumbersReachTheirEnds) {
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(number(*connection, "SELECT ?", {least}), least);
    EXPECT_EQ(number(*connection, "SELECT ?", {most}), most);
    EXPECT_EQ(number(*connection, "SELECT COUNT(*) FROM t WHERE id < ?", {most}), 0);
    EXPECT_EQ(number(*connection, "SELECT COUNT(*) FROM t WHERE small = ?", {least}), 0);
}

TEST_F(MariadbValues, OfMomentsReachTheirEnds) {
    for (const Timestamp moment :
         {Timestamp(std::chrono::sys_days(std::chrono::year(1) / 1 / 1)),
          Timestamp(std::chrono::sys_days(std::chrono::year(9999) / 12 / 31)) +
              std::chrono::hours(24) - std::chrono::microseconds(1)}) {
        run(*connection, "DELETE FROM t");
        run(*connection, "INSERT INTO t (at) VALUES (?)", {moment});
        const auto read = drf_messages::sql::query_one(
            *connection,
            {"select", "SELECT at FROM t"},
            {},
            [](const Row& row) { return row.timestamp(0); }
        );
        EXPECT_EQ(read, moment);
        EXPECT_EQ(number(*connection, "SELECT COUNT(*) FROM t WHERE at = ?", {moment}), 1);
    }
}

TEST_F(MariadbValues, OfTimesThatAreNoneAreTheMomentBesideWhichTheyAreSorted) {
    run(*connection, "SET SESSION sql_mode = 'ANSI_QUOTES,ALLOW_INVALID_DATES'");
    run(*connection,
        "INSERT INTO t (at) VALUES ('0000-00-00'), ('0000-05-05 10:00:00'), ('2024-00-00'),"
        " ('2024-05-00 12:00:00'), ('2023-02-31 10:00:00.5'), ('9999-12-31 23:59:59.999999')");
    std::vector<std::string> nearest;
    std::vector<std::string> texts;
    int moments = 0;
    connection->query({"nearest", "SELECT at FROM t ORDER BY at"}, {}, [&](const Row& row) {
        drf_messages::sql::TimestampBuffer buffer;
        nearest.emplace_back(drf_messages::sql::format_timestamp(row.nearest_timestamp(0), buffer));
        texts.emplace_back(row.text(0));
        try {
            row.timestamp(0);
            ++moments;
        } catch (const drf_messages::sql::Error&) {
        }
    });
    EXPECT_THAT(
        nearest,
        ElementsAre(
            "0001-01-01 00:00:00",
            "0001-01-01 00:00:00",
            "2023-03-01 00:00:00",
            "2024-01-01 00:00:00",
            "2024-05-01 00:00:00",
            "9999-12-31 23:59:59.999999"
        )
    );
    EXPECT_EQ(moments, 1);
    for (const std::string& text : texts) {
        EXPECT_EQ(number(*connection, "SELECT COUNT(*) FROM t WHERE at = ?", {text}), 1) << text;
    }
}

TEST_F(MariadbValues, OfTimesAreReadingsOfTheClockThatIsGiven) {
    struct AnHourAhead final : drf_messages::sql::WallClock {
        Timestamp reading_at(Timestamp moment) const override {
            return moment + std::chrono::hours(1);
        }
        Timestamp moment_of(Timestamp reading) const override {
            return reading - std::chrono::hours(1);
        }
    };
    options.clock = std::make_shared<AnHourAhead>();
    const auto ahead = connect();
    run(*ahead, "INSERT INTO t (at) VALUES (?)", {a_monday_morning});
    EXPECT_THAT(rows(*connection, "SELECT at FROM t", 1), ElementsAre("2024-01-01 11:00:00"));
    EXPECT_EQ(number(*ahead, "SELECT COUNT(*) FROM t WHERE at = ?", {a_monday_morning}), 1);
    ahead->query({"read", "SELECT at FROM t"}, {}, [](const Row& row) {
        EXPECT_EQ(row.timestamp(0), a_monday_morning);
        EXPECT_EQ(row.text(0), "2024-01-01 11:00:00") << "as the column has it";
    });
}

TEST_F(MariadbValues, AreInUtcWhateverTheServersTimeZone) {
    run(*admin, "SET GLOBAL time_zone = '+05:30'");
    const auto other = connect();
    run(*admin, "SET GLOBAL time_zone = 'SYSTEM'");
    EXPECT_THAT(rows(*other, "SELECT @@session.time_zone", 1), ElementsAre("+00:00"));
}

TEST_F(MariadbValues, OfSumsAndCountsAreNumbers) {
    run(*connection, "INSERT INTO t (small) VALUES (1), (2), (3)");
    EXPECT_EQ(number(*connection, "SELECT SUM(small) FROM t"), 6);
    EXPECT_EQ(number(*connection, "SELECT COUNT(*) FROM t"), 3);
    EXPECT_EQ(number(*connection, "SELECT MAX(small) FROM t WHERE small > 5"), 0);
}

TEST_F(MariadbValues, CanBindTheLimitAndTheOffset) {
    run(*connection, "INSERT INTO t (small) VALUES (1), (2), (3), (4)");
    EXPECT_THAT(
        rows(
            *connection,
            "SELECT small FROM t ORDER BY small LIMIT ? OFFSET ?",
            1,
            {std::int64_t{2}, std::int64_t{1}}
        ),
        ElementsAre("2", "3")
    );
}

TEST_F(MariadbValues, OfAnUpdateThatChangesNothingAreCountedAsFound) {
    run(*connection, "INSERT INTO t (small) VALUES (1), (2)");
    EXPECT_EQ(run(*connection, "UPDATE t SET small = 7"), 2);
    EXPECT_EQ(run(*connection, "UPDATE t SET small = 7"), 2);
    EXPECT_EQ(run(*connection, "DELETE FROM t WHERE small = 8"), 0);
}

TEST_F(MariadbValues, ComeByTheThousands) {
    run(*connection,
        "INSERT INTO t (small, name) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 "
        "FROM n "
        "WHERE i < 900) SELECT a.i, CONCAT('name ', a.i, ' ', b.i) FROM n a JOIN n b ON b.i <= 100"
    );
    std::int64_t count = 0;
    std::int64_t sum = 0;
    connection->query({"select", "SELECT small, name FROM t"}, {}, [&](const Row& row) {
        ++count;
        sum += row.integer(0);
        ASSERT_THAT(std::string(row.text(1)), HasSubstr("name "));
    });
    EXPECT_EQ(count, 90'000);
    EXPECT_EQ(sum, 100 * 900 * 901 / 2);
}

TEST_F(MariadbValues, AreReadRightAfterTheTypeOfAColumnWasChangedByOthers) {
    run(*connection, "INSERT INTO t (small) VALUES (5)");
    EXPECT_THAT(rows(*connection, "SELECT small FROM t", 1), ElementsAre("5"));
    connect()->run_script({"alter", "ALTER TABLE t MODIFY small varchar(20)"});
    EXPECT_THAT(rows(*connection, "SELECT small FROM t", 1), ElementsAre("5"));
    run(*connection, "UPDATE t SET small = ?", {std::string_view("five")});
    EXPECT_THAT(rows(*connection, "SELECT small FROM t", 1), ElementsAre("five"));
}

TEST_F(MariadbValues, AreThoseOfTheNextStatementWhenTheReaderOfTheLastHasThrown) {
    run(*connection, "INSERT INTO t (small) VALUES (1), (2), (3)");
    EXPECT_THROW(
        connection->query(
            {"select", "SELECT small FROM t"},
            {},
            [](const Row&) { throw std::runtime_error("enough"); }
        ),
        std::runtime_error
    );
    EXPECT_EQ(number(*connection, "SELECT COUNT(*) FROM t"), 3);
    EXPECT_TRUE(connection->usable());
}

TEST_F(MariadbValues, CanNotBeAskedForWhileRowsAreRead) {
    EXPECT_THROW(
        connection->query(
            {"outer", "SELECT 1"}, {}, [&](const Row&) { run(*connection, "DELETE FROM t"); }
        ),
        std::logic_error
    );
}

TEST_F(MariadbValues, OfMoreStatementsThanAreKeptPreparedAreRightToo) {
    for (int turn = 0; turn < 2; ++turn) {
        for (int i = 0; i < 200; ++i) {
            EXPECT_EQ(number(*connection, "SELECT 1000 + " + std::to_string(i)), 1000 + i);
        }
    }
    EXPECT_LE(
        std::stoi(rows(*connection, "SHOW SESSION STATUS LIKE 'Com_stmt_prepare'", 2)[0].substr(17)
        ) - std::stoi(rows(*connection, "SHOW SESSION STATUS LIKE 'Com_stmt_close'", 2)[0].substr(15
            )),
        129
    );
}

TEST_F(MariadbValues, AreStrictAndOfUtf8mb4) {
    EXPECT_THAT(
        rows(
            *connection, "SELECT @@character_set_client, @@character_set_results, @@sql_mode", 3
        )[0],
        testing::AllOf(
            HasSubstr("utf8mb4|utf8mb4|"),
            HasSubstr("STRICT_TRANS_TABLES"),
            HasSubstr("ANSI_QUOTES")
        )
    );
    EXPECT_THAT(
        rows(*connection, "SELECT @@tx_isolation, @@max_statement_time + 0", 2),
        ElementsAre("READ-COMMITTED|0")
    );
}

} // namespace
