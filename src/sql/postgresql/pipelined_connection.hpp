// SPDX-License-Identifier: MIT
#pragma once

#include "sql/pool.hpp"
#include "sql/postgresql/connector.hpp"
#include "sql/postgresql/heavy_statements.hpp"
#include "sql/postgresql/shared_pipeline.hpp"

#include <memory>
#include <vector>

namespace drf_messages::sql::postgresql {

/// What the light connections of one factory share. Thread safe.
struct SharedConnections {
    explicit SharedConnections(const PostgresqlOptions& options);

    /// The pipeline that a query had better take, or null when one of its own connection is better.
    SharedPipeline* pipeline_for(std::string_view text);

    /// Closes a shared connection, so that the server can give another one.
    void give_way();

    std::shared_ptr<Connector> connector;
    std::vector<std::unique_ptr<SharedPipeline>> pipelines;
    HeavyStatements heavy;
    Pool own;
};

/// A connection that queries over the shared ones, and takes one of its own for the rest.
std::unique_ptr<Connection> pipelined_connection(std::shared_ptr<SharedConnections> shared);

} // namespace drf_messages::sql::postgresql
