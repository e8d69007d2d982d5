// SPDX-License-Identifier: MIT
#pragma once

#include "sql/mariadb/libmariadb.hpp"

namespace drf_messages::sql::mariadb {

/// Whether executions can be sent one behind the other on a session before their answers are read.
bool can_split_executions(const MYSQL* session) noexcept;

/// Sends the execution of a statement with its bound parameters, and reads nothing; false when that
/// fails. Its answer must be read before anything else happens on the session.
bool send_execution(MYSQL_STMT* statement) noexcept;

/// Reads the answer to the execution that was sent first among those whose answers are to come:
/// what mysql_stmt_execute() returns, with the statement in the state in which that leaves it.
int receive_execution(MYSQL_STMT* statement) noexcept;

} // namespace drf_messages::sql::mariadb
