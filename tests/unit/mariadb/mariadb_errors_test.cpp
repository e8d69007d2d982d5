// SPDX-License-Identifier: MIT
#include "sql/statement_limit.hpp"
#include "unit/mariadb/mariadb_server.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace {

using drf_messages::sql::Connection;
using drf_messages::sql::Error;
using drf_messages::sql::ErrorKind;
using drf_messages::sql::StatementLimit;
using drf_messages::test::number;
using drf_messages::test::run;
using testing::HasSubstr;
using testing::Not;

class MariadbErrors : public drf_messages::test::MariadbTest {
protected:
    MariadbErrors() {
        connection->run_script(
            {"create",
             "CREATE TABLE parent (id integer PRIMARY KEY); CREATE TABLE t (id integer NOT NULL "
             "AUTO_INCREMENT PRIMARY KEY, name varchar(10) UNIQUE, must varchar(5) NOT NULL "
             "DEFAULT "
             "'', at datetime(6), n integer CHECK (n < 100), parent_id integer REFERENCES parent "
             "(id))"}
        );
    }

    Error insert(std::string_view column, drf_messages::sql::Value value) {
        return error_of([&] {
            run(*connection, "INSERT INTO t (" + std::string(column) + ") VALUES (?)", {value});
        });
    }

    std::unique_ptr<Connection> connection = connect();
};

TEST_F(MariadbErrors, OfConstraintsAreKnownAsSuchAndHoldNoValues) {
    const std::string_view secret = "it's x\"y'";
    run(*connection, "INSERT INTO t (name) VALUES (?)", {secret});
    const Error duplicate = insert("name", secret);
    EXPECT_EQ(duplicate.kind(), ErrorKind::constraint);
    EXPECT_STREQ(duplicate.what(), "test: Duplicate entry for key 'name' (1062)");

    for (const auto& [column, value] :
         std::initializer_list<std::pair<std::string_view, drf_messages::sql::Value>>{
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
    run(*connection, "INSERT INTO parent VALUES (1)");
    run(*connection, "INSERT INTO t (parent_id) VALUES (1)");
    EXPECT_EQ(
        error_of([&] { run(*connection, "DELETE FROM parent"); }).kind(), ErrorKind::foreign_key
    );
    EXPECT_TRUE(connection->usable());
}

TEST_F(MariadbErrors, OfValuesThatDoNotFitHoldNoValues) {
    for (const auto& [column, value] :
         std::initializer_list<std::pair<std::string_view, std::string_view>>{
             {"name", "secret-secret-secret"},
             {"at", "secret"},
             {"n", "secret"},
             {"name", "secr\xff\xfe"}}) {
        const Error error = insert(column, value);
        EXPECT_EQ(error.kind(), ErrorKind::other) << error.what();
        EXPECT_THAT(error.what(), Not(HasSubstr("secr")));
    }
    EXPECT_EQ(number(*connection, "SELECT COUNT(*) FROM t"), 0);
}

TEST_F(MariadbErrors, AmongTheRowsOfAQueryLeaveItAsItWas) {
    const std::string_view one_of = "SELECT (SELECT id FROM parent WHERE id >= ?)";
    run(*connection, "INSERT INTO parent VALUES (1), (2)");
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(number(*connection, one_of, {std::int64_t{2}}), 2);
        EXPECT_THAT(
            error_of([&] { number(*connection, one_of, {std::int64_t{1}}); }).what(),
            HasSubstr("1242")
        );
    }
    EXPECT_TRUE(connection->usable());
}

TEST_F(MariadbErrors, OfChangesThatWereMadeBeforeAreKnown) {
    for (const std::string_view change :
         {"CREATE TABLE t (id integer)",
          "ALTER TABLE t ADD COLUMN name text",
          "ALTER TABLE t ADD INDEX name (name)",
          "ALTER TABLE t DROP INDEX nothing"}) {
        const Error error = error_of([&] { run(*connection, change); });
        EXPECT_EQ(error.kind(), ErrorKind::made_before) << error.what();
    }
}

TEST_F(MariadbErrors, OfWhatTheServerCanNotDoInThatWayAreKnown) {
    const Error error =
        error_of([&] { run(*connection, "ALTER TABLE t MODIFY name integer, ALGORITHM=INPLACE"); });
    EXPECT_EQ(error.kind(), ErrorKind::not_supported) << error.what();
}

TEST_F(MariadbErrors, OfMissingTablesAndColumnsAskForAMigration) {
    EXPECT_EQ(error_of([&] { run(*connection, "DELETE FROM nothing"); }).kind(), ErrorKind::schema);
    EXPECT_EQ(
        error_of([&] { run(*connection, "UPDATE t SET nothing = 1"); }).kind(), ErrorKind::schema
    );
    options.database = "there_is_none";
    const Error error = error_of([&] { connect(); });
    EXPECT_EQ(error.kind(), ErrorKind::schema);
    EXPECT_THAT(error.what(), HasSubstr("there_is_none"));
    options.database = "t_OfMissingTablesAndColumnsAskForAMigration";
}

TEST_F(MariadbErrors, OfAServerThatDoesNotLetUsInAreALostConnection) {
    options.password = "wrong";
    const Error denied = error_of([&] { connect(); });
    EXPECT_EQ(denied.kind(), ErrorKind::connection_lost);
    EXPECT_THAT(denied.what(), Not(HasSubstr("wrong")));
    options.port = 1;
    EXPECT_EQ(error_of([&] { connect(); }).kind(), ErrorKind::connection_lost);
    options = drf_messages::test::mariadb_server();
    options.socket = "/nothing/here";
    EXPECT_EQ(error_of([&] { connect(); }).kind(), ErrorKind::connection_lost);
    options = drf_messages::test::mariadb_server();
    options.tls = drf_messages::sql::MariadbTls::required;
    EXPECT_EQ(error_of([&] { connect(); }).kind(), ErrorKind::connection_lost)
        << "the server has no TLS";
    options = drf_messages::test::mariadb_server();
    options.database = "t_OfAServerThatDoesNotLetUsInAreALostConnection";
}

TEST_F(MariadbErrors, OfTooManyConnectionsAreAKindOfTheirOwn) {
    run(*root(), "CREATE OR REPLACE USER few IDENTIFIED BY 'few' WITH MAX_USER_CONNECTIONS 1");
    run(*root(), "GRANT ALL ON *.* TO few");
    options.user = options.password = "few";
    const auto first = connect();
    EXPECT_EQ(error_of([&] { connect(); }).kind(), ErrorKind::too_many_connections);
}

TEST_F(MariadbErrors, OfAReadOnlyServerSaySo) {
    run(*root(), "CREATE OR REPLACE USER plain IDENTIFIED BY 'plain'");
    run(*root(), "GRANT SELECT, INSERT ON *.* TO plain");
    options.user = options.password = "plain";
    const auto plain = connect();
    run(*admin, "SET GLOBAL read_only = 1");
    const Error error = error_of([&] { run(*plain, "INSERT INTO t (n) VALUES (1)"); });
    run(*admin, "SET GLOBAL read_only = 0");
    EXPECT_EQ(error.kind(), ErrorKind::read_only) << error.what();
    EXPECT_FALSE(plain->usable()) << "a new session may be allowed to write";
    EXPECT_EQ(run(*plain, "INSERT INTO t (n) VALUES (1)"), 1);
}

TEST_F(MariadbErrors, OfMissingPrivilegesAreTheOperatorsToMend) {
    run(*root(), "CREATE OR REPLACE USER reader IDENTIFIED BY 'reader'");
    run(*root(), "GRANT SELECT ON *.* TO reader");
    options.user = options.password = "reader";
    const auto reader = connect();
    const Error error = error_of([&] { run(*reader, "INSERT INTO t (n) VALUES (1)"); });
    EXPECT_EQ(error.kind(), ErrorKind::denied) << error.what();
    EXPECT_TRUE(reader->usable());
}

TEST_F(MariadbErrors, EndWhatIsLimitedForAWhileAndNothingAfterIt) {
    options.statement_timeout = std::chrono::seconds(600);
    for (const bool in_transaction : {false, true}) {
        const auto limited = connect();
        const auto limit_of_session = [&] {
            return number(*limited, "SELECT CAST(@@SESSION.max_statement_time AS SIGNED)");
        };
        if (in_transaction) {
            limited->begin();
        }
        {
            const StatementLimit limit(*limited, std::chrono::milliseconds(500));
            EXPECT_LE(limit_of_session(), 1);
            EXPECT_EQ(run(*limited, "UPDATE t SET n = 1"), 0);
            const Error error = error_of([&] {
                number(*limited, "SELECT COUNT(*) FROM seq_1_to_1000000000 WHERE seq % 7 = 3");
            });
            EXPECT_EQ(error.kind(), ErrorKind::timed_out) << error.what();
            EXPECT_EQ(number(*limited, "SELECT 7"), 7) << "what is quick needs no time";
        }
        EXPECT_EQ(limit_of_session(), 600);
        limited->rollback();
    }
}

TEST_F(MariadbErrors, OfAStatementThatTakesTooLongComeInTime) {
    options.statement_timeout = std::chrono::seconds(1);
    const auto limited = connect();
    const auto start = std::chrono::steady_clock::now();
    const Error error = error_of([&] {
        number(*limited, "SELECT COUNT(*) FROM seq_1_to_1000000000 WHERE seq % 7 = 3");
    });
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
    EXPECT_EQ(error.kind(), ErrorKind::timed_out) << error.what();
    EXPECT_FALSE(error.retryable());
    EXPECT_EQ(number(*limited, "SELECT 7"), 7);
}

TEST_F(MariadbErrors, OfAnInitCommandStopTheConnection) {
    options.init_command = "SET SESSION lock_wait_timeout = 77";
    EXPECT_EQ(number(*connect(), "SELECT @@lock_wait_timeout"), 77);
    options.init_command = "SET nonsense = 1";
    EXPECT_EQ(error_of([&] { connect(); }).kind(), ErrorKind::connection_lost);
}

TEST_F(MariadbErrors, OfAScriptNameItAndStopIt) {
    const Error error = error_of([&] {
        connection->run_script(
            {"the script",
             "INSERT INTO t (n) VALUES (1); INSERT INTO nothing VALUES (1); INSERT INTO t (n) "
             "VALUES (2)"}
        );
    });
    EXPECT_EQ(error.kind(), ErrorKind::schema);
    EXPECT_THAT(error.what(), HasSubstr("the script: "));
    EXPECT_EQ(number(*connection, "SELECT COUNT(*) FROM t"), 1);
}

TEST_F(MariadbErrors, OfOurOwnAreLogicErrors) {
    EXPECT_THROW(run(*connection, "SELECT ?"), std::logic_error);
    connection->begin();
    EXPECT_THROW(connection->begin(), std::logic_error);
    connection->rollback();
    EXPECT_THROW(connection->commit(), std::logic_error);
}

} // namespace
