// SPDX-License-Identifier: MIT
#include "sql/mariadb/factory.hpp"

#include "sql/mariadb/connection.hpp"

#include <memory>
#include <utility>

namespace drf_messages::sql {

ConnectionFactory mariadb_connections(MariadbOptions options) {
    return
        [options = std::move(options), knowledge = std::make_shared<mariadb::ColumnKnowledge>()] {
            return mariadb::open_connection(options, knowledge);
        };
}

} // namespace drf_messages::sql
