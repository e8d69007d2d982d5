// SPDX-License-Identifier: MIT
#include "sql/sql_timestamp.hpp"
#include "unit/postgresql/postgresql_server.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace {

using drf_messages::Timestamp;
using drf_messages::sql::Connection;
using drf_messages::sql::ErrorKind;
using drf_messages::sql::Row;
using drf_messages::sql::Value;
using drf_messages::test::number;
using drf_messages::test::rows;
using drf_messages::test::run;
using std::chrono::microseconds;

constexpr Timestamp moment = drf_messages::test::a_monday_morning + microseconds(123456);

/// Each test on a connection of its own, and on a light one.
class PostgresqlValues : public drf_messages::test::PostgresqlTest,
                         public testing::WithParamInterface<bool> {
protected:
    void SetUp() override {
        connection = GetParam() ? shared()() : connect();
        run(*connection,
            "CREATE TABLE t (id serial PRIMARY KEY, b boolean, small smallint, i integer, big "
            "bigint, "
            "v varchar(1024), x text, at timestamp with time zone, u uuid, f double precision)");
    }

    std::int64_t insert(std::string_view column, Value value) {
        const std::string text = "INSERT INTO t (" + std::string(column) + ") VALUES (?)";
        return connection->insert({"test", text}, {&value, 1});
    }

    /// What `read` makes of one column of a row.
    template<class Read>
    auto read(std::int64_t id, std::string_view column, Read read_row) {
        const std::string text = "SELECT " + std::string(column) + " FROM t WHERE id = ?";
        const Value value = id;
        return drf_messages::sql::query_one(*connection, {"test", text}, {&value, 1}, read_row)
            .value();
    }

    std::unique_ptr<Connection> connection;
};

INSTANTIATE_TEST_SUITE_P(Connections, PostgresqlValues, testing::Bool(), [](const auto& of) {
    return of.param ? "Shared" : "Own";
});

TEST_P(PostgresqlValues, ComeBackAsTheyWereStored) {
    const auto integer = [](const Row& row) { return row.integer(0); };
    const auto boolean = [](const Row& row) { return row.boolean(0); };
    const auto text = [](const Row& row) { return std::string(row.text(0)); };
    const auto at = [](const Row& row) { return row.timestamp(0); };
    constexpr auto least = std::numeric_limits<std::int64_t>::min();

    EXPECT_TRUE(read(insert("b", true), "b", boolean));
    EXPECT_FALSE(read(insert("b", false), "b", boolean));
    EXPECT_EQ(read(insert("b", true), "b", integer), 1);
    EXPECT_EQ(read(insert("small", std::int64_t{-7}), "small", integer), -7);
    EXPECT_EQ(read(insert("i", std::int64_t{-2147483647}), "i", integer), -2147483647);
    EXPECT_EQ(read(insert("big", least), "big", integer), least);
    EXPECT_EQ(read(insert("f", 0.1), "f::text", text), "0.1");
    EXPECT_EQ(read(insert("at", moment), "at", at), moment);
    const Timestamp whole = std::chrono::floor<std::chrono::seconds>(moment);
    EXPECT_EQ(read(insert("at", whole), "at", at), whole);
    for (const std::string wanted :
         {"", " ", "it's", "\\", "?", "$1", "äöü €", "😀\t\n", "NULL", "{}"}) {
        EXPECT_EQ(read(insert("v", std::string_view(wanted)), "v", text), wanted);
        EXPECT_EQ(read(insert("x", std::string_view(wanted)), "x", text), wanted);
    }
}

TEST_P(PostgresqlValues, LeaveNoStatementBehindThatIsLong) {
    const auto asked = [&](std::size_t length) {
        return number(
            *connection,
            "SELECT ? + 0 /* " + std::string(length, 'x') + std::to_string(length) + " */",
            {std::int64_t{7}}
        );
    };
    for (std::size_t length = 3'900; length < 4'100; ++length) {
        EXPECT_EQ(asked(length), 7);
    }
    EXPECT_LE(
        number(*connection, "SELECT max(length(statement)) FROM pg_prepared_statements"), 4'000
    );
    EXPECT_LE(
        number(*connection, "SELECT sum(length(statement)) FROM pg_prepared_statements"), 32 * 1024
    );
    for (std::size_t length = 1; length < 400; ++length) {
        EXPECT_EQ(asked(length), 7);
    }
    EXPECT_LE(number(*connection, "SELECT count(*) FROM pg_prepared_statements"), 128);
}

TEST_P(PostgresqlValues, MayBeNull) {
    for (const std::string_view column : {"b", "small", "i", "big", "v", "x", "at", "u", "f"}) {
        const auto id = insert(column, std::monostate());
        EXPECT_TRUE(read(id, column, [](const Row& row) { return row.is_null(0); })) << column;
        EXPECT_EQ(read(id, column, [](const Row& row) { return row.text(0).size(); }), 0u);
    }
    // The same text with a value and with null is two statements, each with its types.
    const auto id = insert("i", std::int64_t{3});
    EXPECT_FALSE(read(id, "i", [](const Row& row) { return row.is_null(0); }));
}

TEST_P(PostgresqlValues, OfManyKilobytesComeBackWhole) {
    std::string text;
    for (int i = 0; i < 300'000; ++i) {
        text += static_cast<char>('a' + i % 26);
    }
    const auto id = insert("x", std::string_view(text));
    EXPECT_EQ(read(id, "x", [](const Row& row) { return std::string(row.text(0)); }), text);
}

TEST_P(PostgresqlValues, CompareWithColumnsOfOtherTypes) {
    insert("u", std::string_view("6f1a3c5e-0000-4000-8000-00000000abcd"));
    insert("i", std::int64_t{5});
    EXPECT_EQ(
        number(
            *connection,
            "SELECT count(*) FROM t WHERE u = ?",
            {std::string_view("6F1A3C5E-0000-4000-8000-00000000ABCD")}
        ),
        1
    );
    constexpr auto huge = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t WHERE i < ?", {huge}), 1);
    EXPECT_EQ(
        number(*connection, "SELECT count(*) FROM t WHERE i IN (?, ?)", {huge, std::int64_t{5}}), 1
    );
    EXPECT_EQ(
        number(
            *connection,
            "SELECT count(*) FROM (SELECT 1 FROM t LIMIT ? OFFSET ?) x",
            {huge, std::int64_t{0}}
        ),
        2
    );
}

TEST_P(PostgresqlValues, AreMomentsInUtcWhateverTheServersTimeZone) {
    run(*admin, "ALTER DATABASE \"" + database + "\" SET TimeZone = 'Asia/Kathmandu'");
    run(*admin, "ALTER DATABASE \"" + database + "\" SET DateStyle = 'SQL, DMY'");
    connection = GetParam() ? shared()() : connect();
    const auto id = insert("at", moment);
    EXPECT_EQ(read(id, "at", [](const Row& row) { return row.timestamp(0); }), moment);
    EXPECT_EQ(
        read(id, "extract(epoch FROM at)::bigint", [](const Row& row) { return row.integer(0); }),
        std::chrono::floor<std::chrono::seconds>(moment).time_since_epoch().count()
    );
}

TEST_P(PostgresqlValues, BeyondTheCalendarAreItsEnds) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"infinity", "9999-12-31 23:59:59.999999"},
        {"294276-12-31 23:59:59.999999+00", "9999-12-31 23:59:59.999999"},
        {"10000-01-01 00:00:00+00", "9999-12-31 23:59:59.999999"},
        {"9999-12-31 23:59:59.999999+00", "9999-12-31 23:59:59.999999"},
        {"0001-01-01 00:00:00+00", "0001-01-01 00:00:00"},
        {"0001-12-31 23:59:59.999999+00 BC", "0001-01-01 00:00:00"},
        {"4713-01-01 00:00:00+00 BC", "0001-01-01 00:00:00"},
        {"-infinity", "0001-01-01 00:00:00"},
    };
    const Timestamp& first = drf_messages::sql::first_moment;
    const Timestamp& last = drf_messages::sql::last_moment;
    for (const auto& [stored, shown] : cases) {
        const auto id = insert("at", stored);
        const auto read_at = read(id, "at", [](const Row& row) { return row.timestamp(0); });
        drf_messages::sql::TimestampBuffer buffer;
        EXPECT_EQ(drf_messages::sql::format_timestamp(read_at, buffer), shown) << stored;
        const auto is = [&](std::string_view comparison, Timestamp bound) {
            return number(
                       *connection,
                       fmt::format("SELECT count(*) FROM t WHERE id = ? AND at {} ?", comparison),
                       {id, bound}
                   ) == 1;
        };
        EXPECT_EQ(is(">=", last), read_at == last) << stored;
        EXPECT_EQ(is("<=", first), read_at == first) << stored;
    }
}

TEST_P(PostgresqlValues, WithoutADateAreNoMoment) {
    const auto id = insert("x", std::string_view("soon"));
    const auto error =
        error_of([&] { read(id, "x", [](const Row& row) { return row.timestamp(0); }); });
    EXPECT_EQ(error.kind(), ErrorKind::other);
    EXPECT_EQ(std::string(error.what()).find("soon"), std::string::npos);
}

TEST_P(PostgresqlValues, AreNumberedOnlyOutsideQuotesAndComments) {
    EXPECT_EQ(
        rows(
            *connection,
            "SELECT '?', 'it''s ?', \"?\".a, ? /* why? */ FROM (SELECT 1 AS a) AS \"?\" -- what?",
            4,
            {std::string_view("!")}
        ),
        (std::vector<std::string>{"?|it's ?|1|!"})
    );
}

TEST_P(PostgresqlValues, OfChangedRowsAreCounted) {
    EXPECT_EQ(run(*connection, "INSERT INTO t (i) VALUES (1), (2), (3)"), 3);
    EXPECT_EQ(run(*connection, "UPDATE t SET i = 7 WHERE i > ?", {std::int64_t{1}}), 2);
    EXPECT_EQ(run(*connection, "DELETE FROM t WHERE i = ?", {std::int64_t{99}}), 0);
    EXPECT_EQ(run(*connection, "SELECT * FROM t"), 0);
    EXPECT_EQ(insert("i", std::int64_t{1}), 4);
    const Value one = std::int64_t{1};
    EXPECT_EQ(
        connection->insert(
            {"test", "INSERT INTO t (id) VALUES (?) ON CONFLICT DO NOTHING"}, {&one, 1}
        ),
        0
    );
}

TEST_P(PostgresqlValues, WithANulOrBrokenUtf8AreRefusedAndNotShown) {
    using std::string_view_literals::operator""sv;
    for (const std::string_view text : {"secret\0x"sv, "secret\xff"sv, "secret\xed\xa0\x80"sv}) {
        const auto error = error_of([&] { insert("v", text); });
        EXPECT_EQ(error.kind(), ErrorKind::other);
        EXPECT_EQ(error.code(), "22021");
        EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << error.what();
    }
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), 0);
}

TEST_P(PostgresqlValues, OfScriptsRunOneAfterTheOther) {
    const auto before = connection->statement_count();
    connection->run_script({"script", "INSERT INTO t (i) VALUES (1); UPDATE t SET i = 2; SELECT 1"}
    );
    EXPECT_EQ(connection->statement_count() - before, 3u);
    EXPECT_EQ(number(*connection, "SELECT i FROM t"), 2);
}

} // namespace
