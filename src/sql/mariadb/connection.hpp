// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "sql/mariadb/column_charsets.hpp"
#include "sql/mariadb/factory.hpp"

#include <memory>

namespace drf_messages::sql::mariadb {

/// Throws sql::Error.
/// - charsets: what all connections to this database know of its columns.
std::unique_ptr<Connection>
open_connection(const MariadbOptions& options, std::shared_ptr<ColumnCharsets> charsets);

} // namespace drf_messages::sql::mariadb
