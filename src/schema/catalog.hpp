// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace drf_messages::schema {

/// The tables of the database without system tables; on PostgreSQL those of the search path.
std::set<std::string> table_names(sql::Connection& connection);

/// App and name of each row of django_migrations, in the order in which they were written; empty
/// when the table is missing.
using RecordedMigrations = std::vector<std::pair<std::string, std::string>>;
RecordedMigrations recorded_migrations(sql::Connection& connection);

/// App and name of each migration that django_migrations records.
using AppliedMigrations = std::set<std::pair<std::string, std::string>>;

/// The recorded migrations; empty when the table is missing.
AppliedMigrations applied_migrations(sql::Connection& connection);

} // namespace drf_messages::schema
