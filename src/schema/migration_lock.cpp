// SPDX-License-Identifier: MIT
#include "schema/migration_lock.hpp"

#include "fibers/wait.hpp"
#include "sql/error.hpp"

#include <chrono>

namespace drf_messages::schema {
namespace {

using sql::Connection;
using sql::Dialect;
using sql::Row;
using sql::Statement;

constexpr auto patience = std::chrono::hours(1);
constexpr auto pause = std::chrono::milliseconds(100);

constexpr Statement lock_postgresql = {
    "lock_migrations", "SELECT pg_try_advisory_xact_lock(7230914658201)"};
constexpr Statement keep_idle_transaction = {
    "lock_migrations", "SET LOCAL idle_in_transaction_session_timeout = 0"};
// The name is the server's; MySQL takes up to 64 characters.
constexpr Statement lock_mariadb = {
    "lock_migrations", "SELECT COALESCE(GET_LOCK(CONCAT('drf_messages.', MD5(DATABASE())), 0), 0)"};
constexpr Statement unlock_mariadb = {
    "unlock_migrations", "SELECT RELEASE_LOCK(CONCAT('drf_messages.', MD5(DATABASE())))"};

bool try_on_postgresql(Connection& connection) {
    connection.begin();
    const bool locked = query_one(connection, lock_postgresql, {}, [](const Row& row) {
                            return row.boolean(0);
                        }).value_or(false);
    if (!locked) {
        // If CREATE INDEX CONCURRENTLY begins while this query has its snapshot, it waits for the
        // whole transaction: asking again in it would wait for a process that waits for us.
        connection.rollback();
        return false;
    }
    // Also releases the snapshot of the last query, which the session keeps until the next
    // statement, and for which CREATE INDEX CONCURRENTLY would wait.
    connection.run_script(keep_idle_transaction);
    return true;
}

bool try_on_mariadb(Connection& connection) {
    return query_one(
               connection, lock_mariadb, {}, [](const Row& row) { return row.integer(0) == 1; }
    ).value_or(false);
}

void lock(Connection& connection, bool (&try_to_lock)(Connection&)) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!try_to_lock(connection)) {
        if (std::chrono::steady_clock::now() > until) {
            throw drf_messages::sql::Error(
                drf_messages::sql::ErrorKind::busy,
                "lock_migrations",
                "",
                "another server has been migrating this database for an hour"
            );
        }
        fibers::sleep_for(pause);
    }
}

} // namespace

MigrationLock::MigrationLock(const sql::ConnectionFactory& open) : connection_(open()) {
    switch (connection_->dialect()) {
    case Dialect::sqlite:
        connection_.reset();
        break;
    case Dialect::postgresql:
        lock(*connection_, try_on_postgresql);
        break;
    case Dialect::mariadb:
        lock(*connection_, try_on_mariadb);
        break;
    }
}

MigrationLock::~MigrationLock() {
    try {
        if (connection_ && connection_->dialect() == Dialect::postgresql) {
            connection_->rollback();
        } else if (connection_) {
            connection_->query(unlock_mariadb, {}, [](const Row&) {});
        }
    } catch (...) {
        // A connection that cannot unlock is lost, and its locks with it.
    }
}

} // namespace drf_messages::schema
