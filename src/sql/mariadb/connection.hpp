// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "sql/mariadb/factory.hpp"

#include <memory>

namespace drf_messages::sql::mariadb {

/// Throws sql::Error.
std::unique_ptr<Connection> open_connection(const MariadbOptions& options);

} // namespace drf_messages::sql::mariadb
