// SPDX-License-Identifier: MIT
#pragma once

#include "embed/databases/database.hpp"
#include "sql/sqlite/factory.hpp"

namespace drf_messages::embed {

/// DATABASES.default with Django's ENGINE for SQLite, whose OPTIONS are those of sqlite3.connect.
sql::SqliteOptions sqlite_options(const Settings& settings, const DatabaseUse& use);

} // namespace drf_messages::embed
