// SPDX-License-Identifier: MIT
#include "sql/mariadb/factory.hpp"

#include "sql/mariadb/connection.hpp"

#include <utility>

namespace drf_messages::sql {

ConnectionFactory mariadb_connections(MariadbOptions options) {
    return [options = std::move(options)] { return mariadb::open_connection(options); };
}

} // namespace drf_messages::sql
