// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/exposition.hpp"
#include "server/server.hpp"

#include <drf_messages/log.hpp>

#include <cstddef>
#include <string>
#include <thread>
#include <vector>

namespace drf_messages::cli {

/// Connections at once that read metrics, and what the process needs for them.
inline constexpr std::size_t metrics_connections = 16;
inline constexpr std::size_t metrics_files = metrics_connections + server::spare_connections + 16;

/// Serves GET /metrics, and nothing else, for as long as it lives: with threads of its own, so that
/// it answers while all workers are busy, and within limits of its own.
class MetricsServer {
public:
    /// - bind: addresses as of server::ServerOptions; listening: sockets as there.
    /// - sources: asked from a thread of this server.
    /// Throws std::runtime_error with an address that cannot be had.
    MetricsServer(
        std::vector<std::string> bind,
        std::vector<int> listening,
        metrics::Sources sources,
        const LogSink& log
    );
    ~MetricsServer();
    MetricsServer(const MetricsServer&) = delete;
    MetricsServer& operator=(const MetricsServer&) = delete;

    const std::vector<std::string>& addresses() const noexcept { return server_.addresses(); }

private:
    server::Server server_;
    std::thread thread_;
};

/// What GET /metrics is answered with; any other path is 404, any other method 405.
http::Response metrics_answer(const http::Request& request, const metrics::Sources& sources);

} // namespace drf_messages::cli
