// SPDX-License-Identifier: MIT
#include "sql/sqlite/factory.hpp"
#include "support/database.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>

namespace {

using drf_messages::sql::Connection;
using drf_messages::sql::Row;
using drf_messages::sql::sqlite_connections;

/// Two connections of this process, and one of another program as far as they know.
class SqliteSnapshot : public testing::Test {
protected:
    SqliteSnapshot() { reader->run_script({"create", "CREATE TABLE t (id integer PRIMARY KEY)"}); }

    static std::int64_t count(Connection& connection) {
        return drf_messages::sql::query_one(
                   connection,
                   {"count", "SELECT COUNT(*) FROM t"},
                   {},
                   [](const Row& row) { return row.integer(0); }
        ).value_or(-1);
    }

    static void add(Connection& connection) {
        connection.execute({"add", "INSERT INTO t DEFAULT VALUES"});
    }

    drf_messages::test::TempFolder folder;
    drf_messages::sql::SqliteOptions options = drf_messages::test::sqlite_file(folder / "db", true);
    drf_messages::sql::ConnectionFactory open = sqlite_connections(options);
    std::unique_ptr<Connection> reader = open();
    std::unique_ptr<Connection> sibling = open();
    std::unique_ptr<Connection> stranger = sqlite_connections(options)();
};

TEST_F(SqliteSnapshot, shows_one_state_whatever_others_commit) {
    reader->begin_snapshot();
    EXPECT_EQ(count(*reader), 0);
    add(*stranger);
    EXPECT_EQ(count(*reader), 0);

    reader->end_snapshot();
    EXPECT_EQ(count(*reader), 1);
}

TEST_F(SqliteSnapshot, begins_with_the_first_read) {
    reader->begin_snapshot();
    add(*stranger);
    EXPECT_EQ(count(*reader), 1);
}

TEST_F(SqliteSnapshot, shows_what_this_process_has_written) {
    reader->begin_snapshot();
    EXPECT_EQ(count(*reader), 0);
    add(*sibling);
    EXPECT_EQ(count(*reader), 1);
    sibling->begin();
    add(*sibling);
    EXPECT_EQ(count(*reader), 1);
    sibling->commit();
    EXPECT_EQ(count(*reader), 2);
}

TEST_F(SqliteSnapshot, does_not_keep_its_own_connection_from_writing) {
    reader->begin_snapshot();
    EXPECT_EQ(count(*reader), 0);
    add(*stranger);
    add(*reader);
    EXPECT_EQ(count(*reader), 2);

    add(*stranger);
    reader->begin();
    EXPECT_EQ(count(*reader), 3);
    add(*reader);
    reader->commit();
    EXPECT_EQ(count(*reader), 4);

    add(*stranger);
    reader->run_script({"script", "INSERT INTO t DEFAULT VALUES; INSERT INTO t DEFAULT VALUES"});
    EXPECT_EQ(count(*reader), 7);
}

TEST_F(SqliteSnapshot, counts_no_statements_of_its_own) {
    count(*reader);
    const std::uint64_t before = reader->statement_count();
    reader->begin_snapshot();
    count(*reader);
    count(*reader);
    reader->end_snapshot();
    EXPECT_EQ(reader->statement_count() - before, 2);
}

} // namespace
