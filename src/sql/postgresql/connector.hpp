// SPDX-License-Identifier: MIT
#pragma once

#include "sql/error.hpp"
#include "sql/postgresql/open.hpp"

#include <chrono>
#include <mutex>
#include <optional>

namespace drf_messages::sql::postgresql {

/// Opens connections, and spares a server that is down: after a failure one caller at a time tries
/// again, after a pause that grows up to a second; the others fail at once with the last error.
/// Thread safe.
class Connector {
public:
    explicit Connector(PostgresqlOptions options) : options_(std::move(options)) {}

    const PostgresqlOptions& options() const noexcept { return options_; }

    /// Throws sql::Error.
    OpenedConnection open(bool read_only);

private:
    /// Returns when this caller may try; throws the last error otherwise.
    void enter();

    const PostgresqlOptions options_;
    std::mutex mutex_;
    std::optional<Error> last_error_;
    bool trying_again_ = false;
    std::chrono::milliseconds pause_{0};
    std::chrono::steady_clock::time_point not_before_;
};

} // namespace drf_messages::sql::postgresql
