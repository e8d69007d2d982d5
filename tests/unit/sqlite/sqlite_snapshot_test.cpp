// SPDX-License-Identifier: MIT
#include "sql/sqlite/factory.hpp"
#include "support/database.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>

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

    reader->give_back();
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
    reader->give_back();
    EXPECT_EQ(reader->statement_count() - before, 2);
}

/// The reader remembers how many rows there are.
class SqliteRecall : public SqliteSnapshot {
protected:
    static std::optional<std::int64_t> recall(Connection& connection) {
        return connection.recall("rows", 7);
    }

    static void count_and_remember(Connection& connection) {
        connection.remember("rows", 7, count(connection));
    }

    /// Sees the database as it is, as every user's first question does.
    static void read(Connection& connection) { count(connection); }
};

TEST_F(SqliteRecall, knows_what_has_not_changed_once_that_was_seen) {
    count_and_remember(*reader);
    EXPECT_EQ(recall(*reader), 0);
    reader->give_back();
    EXPECT_EQ(recall(*reader), std::nullopt) << "nothing was read by whoever has it now";
    read(*reader);
    EXPECT_EQ(recall(*reader), 0);
    EXPECT_EQ(reader->recall("rows", 8), std::nullopt);
    EXPECT_EQ(reader->recall("rows", 7 + 256), std::nullopt);
    EXPECT_EQ(reader->recall("columns", 7), std::nullopt);
    EXPECT_EQ(recall(*sibling), std::nullopt);
}

TEST_F(SqliteRecall, forgets_what_anybody_has_changed) {
    const auto expect_forgotten = [&](auto change) {
        count_and_remember(*reader);
        ASSERT_EQ(recall(*reader), count(*reader));
        change();
        read(*reader);
        EXPECT_EQ(recall(*reader), std::nullopt);
    };
    expect_forgotten([&] { add(*stranger); });
    expect_forgotten([&] { add(*sibling); });
    expect_forgotten([&] { add(*reader); });
    expect_forgotten([&] {
        reader->begin();
        add(*reader);
        reader->commit();
    });
    expect_forgotten([&] {
        reader->begin_sharing(drf_messages::sql::Sharing::joins);
        add(*reader);
        reader->commit();
    });
    expect_forgotten([&] {
        reader->run_script({"script", "INSERT INTO t DEFAULT VALUES; DELETE FROM t"});
    });
}

TEST_F(SqliteRecall, does_not_wait_for_a_read_to_know_what_this_process_has_written) {
    count_and_remember(*reader);
    add(*sibling);
    EXPECT_EQ(recall(*reader), std::nullopt);

    count_and_remember(*reader);
    add(*reader);
    EXPECT_EQ(recall(*reader), std::nullopt);
}

TEST_F(SqliteRecall, says_nothing_in_a_transaction) {
    count_and_remember(*reader);
    reader->begin();
    read(*reader);
    EXPECT_EQ(recall(*reader), std::nullopt);
    add(*reader);
    count_and_remember(*reader);
    reader->rollback();
    read(*reader);
    EXPECT_NE(recall(*reader), 1) << "that was never committed";
}

TEST_F(SqliteRecall, is_of_the_state_that_a_snapshot_shows) {
    reader->begin_snapshot();
    count_and_remember(*reader);
    add(*stranger);
    read(*reader);
    EXPECT_EQ(recall(*reader), 0);
    reader->give_back();

    reader->begin_snapshot();
    read(*reader);
    EXPECT_EQ(recall(*reader), std::nullopt);
}

TEST_F(SqliteRecall, holds_where_the_log_is_read_from_the_start_again) {
    count_and_remember(*reader);
    stranger->run_script({"checkpoint", "PRAGMA wal_checkpoint(TRUNCATE)"});
    add(*stranger);
    read(*reader);
    EXPECT_EQ(recall(*reader), std::nullopt);
}

} // namespace
