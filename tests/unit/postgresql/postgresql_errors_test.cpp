// SPDX-License-Identifier: MIT
#include "sql/statement_limit.hpp"
#include "unit/postgresql/postgresql_server.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <thread>

namespace {

using drf_messages::sql::Connection;
using drf_messages::sql::Error;
using drf_messages::sql::ErrorKind;
using drf_messages::sql::StatementLimit;
using drf_messages::sql::Value;
using drf_messages::test::number;
using drf_messages::test::rows;
using drf_messages::test::run;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class PostgresqlErrors : public drf_messages::test::PostgresqlTest {
protected:
    void SetUp() override {
        connection = connect();
        connection->run_script(
            {"create",
             "CREATE TABLE parent (id integer PRIMARY KEY); CREATE TABLE t (id serial PRIMARY KEY, "
             "name varchar(10) UNIQUE, must varchar(5) NOT NULL DEFAULT '', at timestamptz, u uuid,"
             " n integer CHECK (n < 100), parent_id integer REFERENCES parent (id))"}
        );
    }

    Error insert(std::string_view column, Value value) {
        return error_of([&] {
            run(*connection, "INSERT INTO t (" + std::string(column) + ") VALUES (?)", {value});
        });
    }

    std::unique_ptr<Connection> connection;
};

TEST_F(PostgresqlErrors, OfConstraintsAreKnownAsSuchAndHoldNoValues) {
    run(*connection, "INSERT INTO t (name) VALUES (?)", {std::string_view("it's me")});
    const Error duplicate = insert("name", std::string_view("it's me"));
    EXPECT_EQ(duplicate.kind(), ErrorKind::constraint);
    EXPECT_STREQ(
        duplicate.what(),
        "test: duplicate key value violates unique constraint \"t_name_key\" (23505)"
    );
    for (const auto& [column, value] : std::initializer_list<std::pair<std::string_view, Value>>{
             {"parent_id", std::int64_t{4711}},
             {"must", std::monostate()},
             {"n", std::int64_t{4711}}}) {
        const Error error = insert(column, value);
        EXPECT_EQ(
            error.kind(), column == "parent_id" ? ErrorKind::foreign_key : ErrorKind::constraint
        ) << error.what();
        EXPECT_THAT(error.what(), Not(HasSubstr("4711")));
        EXPECT_FALSE(error.retryable());
    }
}

TEST_F(PostgresqlErrors, OfValuesHoldNoValues) {
    for (const auto& [column, value] : std::initializer_list<std::pair<std::string_view, Value>>{
             {"u", std::string_view("secret")},
             {"at", std::string_view("secret")},
             {"name", std::string_view("secretsecret")},
             {"n", std::int64_t{99'999'999'999}}}) {
        const Error error = insert(column, value);
        EXPECT_EQ(error.kind(), ErrorKind::other) << error.what();
        EXPECT_THAT(error.what(), StartsWith("test: "));
        EXPECT_THAT(error.what(), Not(HasSubstr("secret")));
        EXPECT_THAT(error.what(), Not(HasSubstr("999")));
    }
}

TEST_F(PostgresqlErrors, OfMissingTablesAndColumnsAskForMigration) {
    EXPECT_EQ(
        error_of([&] { run(*connection, "SELECT * FROM missing"); }).kind(), ErrorKind::schema
    );
    EXPECT_EQ(
        error_of([&] { run(*connection, "SELECT missing FROM t"); }).kind(), ErrorKind::schema
    );
    const Error syntax = error_of([&] { run(*connection, "SELEKT 1"); });
    EXPECT_EQ(syntax.kind(), ErrorKind::other);
    EXPECT_EQ(syntax.code(), "42601");
    EXPECT_TRUE(connection->usable());
}

TEST_F(PostgresqlErrors, OfChangesThatWereMadeBeforeAreKnown) {
    for (const std::string_view change :
         {"CREATE TABLE t (id integer)",
          "ALTER TABLE t ADD name text",
          "CREATE INDEX t_name_key ON t (name)",
          "ALTER TABLE t ADD CONSTRAINT t_name_key CHECK (true)"}) {
        const Error error = error_of([&] { run(*connection, change); });
        EXPECT_EQ(error.kind(), ErrorKind::made_before) << error.what();
    }
}

TEST_F(PostgresqlErrors, OfWhatTheServerCanNotDoAreKnown) {
    EXPECT_EQ(
        error_of([&] { run(*connection, "SELECT COUNT(*) FROM t FOR UPDATE"); }).kind(),
        ErrorKind::not_supported
    );
}

TEST_F(PostgresqlErrors, OfReadOnlyServersAreKnown) {
    run(*connection, "SET default_transaction_read_only = on");
    EXPECT_EQ(error_of([&] { run(*connection, "DELETE FROM t"); }).kind(), ErrorKind::read_only);
    EXPECT_FALSE(connection->usable()) << "a new session may be allowed to write";
    EXPECT_EQ(number(*connection, "SELECT 7"), 7);
}

TEST_F(PostgresqlErrors, OfMissingPrivilegesAreTheOperatorsToMend) {
    run(*connection, "DROP ROLE IF EXISTS without_privileges");
    run(*connection, "CREATE ROLE without_privileges");
    run(*connection, "SET ROLE without_privileges");
    const Error error = error_of([&] { run(*connection, "DELETE FROM t"); });
    EXPECT_EQ(error.kind(), ErrorKind::denied);
    EXPECT_EQ(error.answer().status, 503);
    EXPECT_TRUE(connection->usable());
    run(*connection, "RESET ROLE");
    run(*connection, "DROP ROLE without_privileges");
}

TEST_F(PostgresqlErrors, EndAStatementThatTakesTooLong) {
    options.statement_timeout = std::chrono::seconds(1);
    const auto limited = connect();
    const Error error = error_of([&] { run(*limited, "SELECT pg_sleep(60)"); });
    EXPECT_EQ(error.kind(), ErrorKind::timed_out);
    EXPECT_FALSE(error.retryable());
    EXPECT_EQ(error.code(), "57014");
    EXPECT_TRUE(limited->usable());
}

TEST_F(PostgresqlErrors, EndWhatIsLimitedForAWhileAndNothingAfterIt) {
    options.statement_timeout = std::chrono::seconds(600);
    for (const bool light : {false, true}) {
        for (const bool in_transaction : {false, true}) {
            const auto limited = watched(light ? shared() : [this] { return connect(); })();
            const auto timeout = [&] {
                return rows(*limited, "SELECT current_setting('statement_timeout')", 1).front();
            };
            if (in_transaction) {
                limited->begin();
            }
            {
                const StatementLimit limit(*limited, std::chrono::milliseconds(500));
                EXPECT_THAT(timeout(), EndsWith("ms"));
                EXPECT_EQ(run(*limited, "UPDATE t SET n = 1"), 0);
                const Error error =
                    error_of([&] { number(*limited, "SELECT 1 FROM pg_sleep(600)"); });
                EXPECT_EQ(error.kind(), ErrorKind::timed_out) << error.what();
            }
            limited->rollback();
            EXPECT_TRUE(limited->usable());
            EXPECT_EQ(timeout(), "10min");
            limited->begin();
            {
                const StatementLimit limit(*limited, std::chrono::milliseconds(500));
                EXPECT_THAT(timeout(), EndsWith("ms"));
            }
            EXPECT_EQ(timeout(), "10min") << "of the same transaction";
            limited->rollback();
        }
    }
}

TEST_F(PostgresqlErrors, EndTheWaitingForALock) {
    run(*connection, "INSERT INTO t (id) VALUES (1)");
    connection->begin();
    run(*connection, "UPDATE t SET n = 1");
    options.lock_timeout = std::chrono::milliseconds(100);
    const auto other = connect();
    const Error error = error_of([&] { run(*other, "UPDATE t SET n = 2"); });
    EXPECT_EQ(error.kind(), ErrorKind::busy);
    EXPECT_EQ(error.code(), "55P03");
}

TEST_F(PostgresqlErrors, OfAnUnreachableServerNameIt) {
    options.parameters["port"] = "1";
    const Error refused = error_of([&] { connect(); });
    EXPECT_EQ(refused.kind(), ErrorKind::connection_lost);
    EXPECT_THAT(refused.what(), HasSubstr("127.0.0.1"));
    EXPECT_THAT(refused.what(), Not(HasSubstr("\n")));

    options = drf_messages::test::postgresql_server();
    options.parameters["dbname"] = "no_such_database";
    EXPECT_EQ(error_of([&] { connect(); }).kind(), ErrorKind::connection_lost);
}

TEST_F(PostgresqlErrors, OfTooManyConnectionsAreAnOutage) {
    run(*admin, "ALTER DATABASE \"" + database + "\" CONNECTION LIMIT 1");
    run(*admin, "DROP ROLE IF EXISTS ordinary");
    run(*admin, "CREATE ROLE ordinary LOGIN");
    options.parameters["user"] = "ordinary";
    {
        const Error error = error_of([&] {
            const auto first = connect();
            const auto second = connect();
        });
        EXPECT_EQ(error.kind(), ErrorKind::too_many_connections);
        EXPECT_EQ(error.answer().status, 503);
        EXPECT_THAT(error.what(), HasSubstr("too many connections"));
    }
    run(*admin, "DROP ROLE ordinary");
}

TEST_F(PostgresqlErrors, OfAStatementThatTheServerNoLongerTrustsAreOvercome) {
    const auto supervised = watched([this] { return connect(); })();
    run(*supervised, "INSERT INTO t (id, n) VALUES (1, 5)");
    EXPECT_EQ(number(*supervised, "SELECT n FROM t"), 5);
    run(*connection, "ALTER TABLE t ALTER n TYPE bigint");
    EXPECT_EQ(number(*supervised, "SELECT n FROM t"), 5);
    run(*supervised, "DISCARD ALL");
    EXPECT_EQ(number(*supervised, "SELECT n FROM t"), 5);
}

TEST_F(PostgresqlErrors, DoNotComeOfManyStatementsOnOneConnection) {
    for (const bool light : {false, true}) {
        const auto some = light ? shared()() : connect();
        for (int round = 0; round < 2; ++round) {
            for (int i = 0; i < 600; ++i) {
                ASSERT_EQ(
                    number(*some, "SELECT " + std::to_string(i) + " + ?", {std::int64_t{1}}), i + 1
                );
            }
        }
        EXPECT_LE(number(*some, "SELECT count(*) FROM pg_prepared_statements"), 256);
    }
}

TEST_F(PostgresqlErrors, OfARoleThatIsNotOursComeAtOnce) {
    options.role = "no_such_role";
    EXPECT_EQ(error_of([&] { connect(); }).kind(), ErrorKind::connection_lost);
}

TEST_F(PostgresqlErrors, DoNotComeOfARoleThatIsOurs) {
    run(*admin, "DROP ROLE IF EXISTS assumed");
    run(*admin, "CREATE ROLE assumed");
    options.role = "assumed";
    EXPECT_EQ(
        drf_messages::test::rows(*connect(), "SELECT current_user::text", 1),
        (std::vector<std::string>{"assumed"})
    );
    run(*admin, "DROP ROLE assumed");
}

} // namespace
