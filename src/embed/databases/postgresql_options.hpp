// SPDX-License-Identifier: MIT
#pragma once

#include "embed/databases/database.hpp"
#include "sql/postgresql/factory.hpp"

namespace drf_messages::embed {

/// DATABASES.default as Django's backend for PostgreSQL understands it. Throws
/// std::invalid_argument, a line for each thing that is wrong.
sql::PostgresqlOptions postgresql_options(const Settings& settings, const DatabaseUse& use);

} // namespace drf_messages::embed
