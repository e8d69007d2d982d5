// SPDX-License-Identifier: MIT
#pragma once

#include "schema/migrations.hpp"
#include "sql/connection.hpp"

#include <functional>
#include <string_view>

namespace drf_messages::schema {

/// The table that is there on MariaDB while a migration runs, or after it was interrupted.
inline constexpr std::string_view progress_table = "drf_messages_server_progress";

/// Runs a migration on MariaDB, where each statement that changes a table commits by itself, so
/// that an interrupted migration stays half done. Our own table drf_messages_server_progress says
/// how far it got; the next attempt goes on from there.
/// - record: writes the row of django_migrations; run in the transaction that forgets the progress.
void run_in_steps(
    sql::Connection& connection, const Migration& migration, const std::function<void()>& record
);

/// Drops that table when nothing is left to do.
void forget_progress(sql::Connection& connection);

} // namespace drf_messages::schema
