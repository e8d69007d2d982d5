// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <drf_messages/settings.hpp>

#include <string>

namespace drf_messages::embed {

/// Tells the database that a new connection leads to from another one: of SQLite the file; else the
/// server, since when it runs, whether it lets itself be written and, on PostgreSQL, as whom and in
/// which schemas a session begins. Equal as long as all of that is the same. Throws sql::Error.
std::string database_identity(const Settings& settings, sql::Connection& connection);

} // namespace drf_messages::embed
