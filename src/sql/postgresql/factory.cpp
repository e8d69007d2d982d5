// SPDX-License-Identifier: MIT
#include "sql/postgresql/factory.hpp"

#include "sql/postgresql/connector.hpp"
#include "sql/postgresql/own_connection.hpp"
#include "sql/postgresql/pipelined_connection.hpp"

#include <memory>

namespace drf_messages::sql {

ConnectionFactory postgresql_connections(const PostgresqlOptions& options) {
    if (options.shared_connections == 0) {
        return [connector = std::make_shared<postgresql::Connector>(options)] {
            return postgresql::own_connection(connector);
        };
    }
    return [shared = std::make_shared<postgresql::SharedConnections>(options)] {
        return postgresql::pipelined_connection(shared);
    };
}

} // namespace drf_messages::sql
