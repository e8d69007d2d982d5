// SPDX-License-Identifier: MIT
#pragma once

#include "sql/pool.hpp"

#include <memory>

namespace drf_messages::schema {

/// Keeps other processes from migrating the same database, for as long as it lives; it is gone with
/// the connection when the process dies. Waits for up to an hour; throws sql::Error, kind busy,
/// then. On SQLite it does nothing: BEGIN IMMEDIATE keeps others out.
///
/// On PostgreSQL the lock belongs to a transaction of a connection of its own. So it lasts while
/// transactions of the migration come and go and while indexes are made outside of any, also
/// through PgBouncer, which hands the connection on between transactions. It asks again and again,
/// each time in a new transaction, since a statement that waits, and a transaction that has asked,
/// keep CREATE INDEX CONCURRENTLY waiting for them.
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
