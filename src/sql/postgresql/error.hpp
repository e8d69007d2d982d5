// SPDX-License-Identifier: MIT
#pragma once

#include "sql/error.hpp"
#include "sql/postgresql/pq.hpp"

#include <string>
#include <string_view>

namespace drf_messages::sql::postgresql {

/// What a SQLSTATE means for the caller.
ErrorKind error_kind(std::string_view sqlstate);

/// The error that the server has answered with, without the values that its texts may hold.
Error result_error(const PGresult* result, std::string_view statement_name);

/// The error that the server has answered with before it closed the connection.
Error last_words(const PGresult* result, std::string_view statement_name);

/// The error of a connection that could not be made or is gone.
Error connection_error(PGconn* connection, std::string_view statement_name);

/// The SQLSTATE of an answer; empty when it has none.
std::string_view sqlstate(const PGresult* result);

/// Whether the server does not know, or no longer trusts, a prepared statement: after a DISCARD, a
/// pooler's change of connections, or a change of the tables. Preparing it anew helps.
bool is_stale_statement(const PGresult* result);

bool is_error(const PGresult* result);

} // namespace drf_messages::sql::postgresql
