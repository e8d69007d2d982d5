// SPDX-License-Identifier: MIT
#pragma once

#include "sql/pool.hpp"

#include <drf_messages/settings.hpp>

namespace drf_messages::embed {

/// Connections to DATABASES.default.
/// - create: whether a missing SQLite file is created; otherwise opening it fails.
/// Throws std::invalid_argument for an engine that we do not have.
sql::ConnectionFactory database_connections(const DatabaseSettings& database, bool create);

} // namespace drf_messages::embed
