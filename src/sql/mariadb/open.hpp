// SPDX-License-Identifier: MIT
#pragma once

#include "sql/error.hpp"
#include "sql/mariadb/factory.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

struct st_mysql;

namespace drf_messages::sql::mariadb {

struct SessionCloser {
    void operator()(st_mysql* session) const noexcept;
};
using OwnedSession = std::unique_ptr<st_mysql, SessionCloser>;

/// Connects and brings the session into the state that mariadb_connections() promises. Throws
/// sql::Error: kind connection_lost whatever the reason, but schema when there is no such database,
/// and too_many_connections.
OwnedSession open_session(const MariadbOptions& options);

/// Gives the session another limit for its statements, and keeps its own; usual_limit_text() gives
/// that back.
std::string limit_text(st_mysql* session, std::chrono::steady_clock::time_point end);
std::string usual_limit_text(st_mysql* session);

/// What the session's last call says.
Error last_error(st_mysql* session, std::string_view statement_name);

/// Whether the server has closed the connection, as far as that can be seen without asking it.
bool was_closed_by_server(st_mysql* session) noexcept;

} // namespace drf_messages::sql::mariadb
