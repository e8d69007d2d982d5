// SPDX-License-Identifier: MIT
#pragma once

#include "sql/postgresql/open.hpp"
#include "sql/reachability.hpp"

#include <utility>

namespace drf_messages::sql::postgresql {

/// Opens connections, and spares a server that is down. Thread safe.
class Connector {
public:
    explicit Connector(PostgresqlOptions options) : options_(std::move(options)) {}

    const PostgresqlOptions& options() const noexcept { return options_; }

    /// Throws sql::Error.
    OpenedConnection open(bool read_only);

private:
    const PostgresqlOptions options_;
    Reachability reachability_;
};

} // namespace drf_messages::sql::postgresql
