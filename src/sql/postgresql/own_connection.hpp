// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "sql/postgresql/connector.hpp"

#include <memory>

namespace drf_messages::sql::postgresql {

/// A connection that its user has for himself. Throws sql::Error when it cannot be made.
std::unique_ptr<Connection> own_connection(std::shared_ptr<Connector> connector);

} // namespace drf_messages::sql::postgresql
