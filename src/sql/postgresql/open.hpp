// SPDX-License-Identifier: MIT
#pragma once

#include "sql/postgresql/factory.hpp"
#include "sql/postgresql/pq.hpp"

namespace drf_messages::sql::postgresql {

struct OpenedConnection {
    OwnedPgConnection connection;
    /// A pooler stands between, which may give each transaction another connection: what is
    /// prepared or set in one is not there in the next.
    bool pooled = false;
};

/// Connects and sets the session up: its time zone, ISO dates, UTF-8, the timeouts. Throws
/// sql::Error.
/// - read_only: the server refuses to write.
OpenedConnection open_connection(const PostgresqlOptions& options, bool read_only);

/// What a transaction begins with; behind a pooler it carries the settings of the session.
std::string begin_text(const PostgresqlOptions& options, bool pooled);
/// What gives the rest of a transaction the limit that each statement has.
std::string usual_timeout_text(const PostgresqlOptions& options, bool pooled);

} // namespace drf_messages::sql::postgresql
