// SPDX-License-Identifier: MIT
#pragma once

#include "sql/pool.hpp"

#include <memory>

namespace drf_messages::schema {

/// Keeps other processes from migrating the same database as long as it lives; when the process
/// dies, it vanishes with the connection. Waits for up to an hour, then throws sql::Error, kind
/// busy. On SQLite it does nothing: BEGIN IMMEDIATE keeps others out.
///
/// On PostgreSQL the lock belongs to a transaction on a connection of its own. So it lasts while
/// transactions of the migration come and go and while indexes are made outside any transaction,
/// even through PgBouncer, which passes the connection on between transactions. It asks for the
/// lock again and again, each time in a new transaction, since CREATE INDEX CONCURRENTLY would wait
/// for a statement that waits, and for a transaction that has asked.
class MigrationLock {
public:
    explicit MigrationLock(const sql::ConnectionFactory& open);
    MigrationLock(const MigrationLock&) = delete;
    MigrationLock& operator=(const MigrationLock&) = delete;
    ~MigrationLock();

private:
    std::unique_ptr<sql::Connection> connection_;
};

} // namespace drf_messages::schema
