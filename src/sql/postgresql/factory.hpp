// SPDX-License-Identifier: MIT
#pragma once

#include "sql/pool.hpp"
#include "sql/renewals.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>

namespace drf_messages::sql {

struct PostgresqlOptions {
    /// What libpq connects with, by its own keywords: host, dbname, user, password, sslmode,
    /// connect_timeout and so on. `options` is given to the server behind ours.
    std::map<std::string, std::string> parameters;
    std::string isolation_level; ///< "repeatable read" and so on; empty: the server's default
    std::string role;            ///< taken on by each connection (SET ROLE); empty: none
    /// Of the session, as a plain name of the time zone database. Moments are the same in each.
    std::string time_zone = "UTC";

    /// How long the server lets one statement run; a little later the connection is given up, in
    /// case that nobody answers at all. 0: without limit.
    std::chrono::milliseconds statement_timeout{0};
    std::chrono::milliseconds lock_timeout{0}; ///< how long a statement waits for locks; 0: so too
    /// How long the server keeps a transaction whose client is silent; 0: without limit.
    std::chrono::milliseconds idle_in_transaction_timeout{0};

    /// How many connections carry the reads of all callers; 0: each connection of the factory is
    /// one of its own.
    std::size_t shared_connections = 0;
    /// With shared connections: how many there are at most for transactions and writes, and how
    /// long to wait for one.
    std::size_t own_connections = 8;
    std::chrono::milliseconds wait_for_own{20'000};
    /// A query that takes longer holds the others up: what comes meanwhile, and the same query for
    /// a while, takes a connection of its own.
    std::chrono::milliseconds slow_query{50};
    std::chrono::seconds max_age{0}; ///< an older connection is replaced when idle; 0: none is

    /// Behind a pooler that gives each transaction another connection: no named prepared
    /// statements, no session state. PgBouncer is recognized without being told.
    bool behind_pooler = false;

    /// What was opened before the last of them is not used any more; null: there are none.
    std::shared_ptr<const Renewals> renewals;
};

/// A factory of connections to one PostgreSQL database.
///
/// With `shared_connections`, what it makes are light: queries outside a transaction travel over
/// the shared connections, together with those of other threads; a transaction or a write takes a
/// connection of its own from a bounded pool. A query is sent again when the shared connection dies
/// under it; the server refuses to write on behalf of one.
ConnectionFactory postgresql_connections(const PostgresqlOptions& options);

} // namespace drf_messages::sql
