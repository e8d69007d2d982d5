// SPDX-License-Identifier: MIT
#pragma once

#include "server/body_room.hpp"
#include "server/server.hpp"
#include "server/worker_pool.hpp"
#include "server/workers.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace drf_messages::server {

/// Deadlines are measured on this one: nobody can set it.
using SteadyClock = std::chrono::steady_clock;

/// What all connections of a server have in common.
struct Shared {
    ServerOptions options;
    http::Handler handler;
    LogSink log;
    std::optional<BodyRoom> body_room; ///< once the options are known
    std::atomic<bool> draining{false};
    std::atomic<std::size_t> connections{0};
    std::atomic<std::uint64_t> last_connection{0}; ///< id
    Workers workers;
    WorkerPool urgent_worker;
};

} // namespace drf_messages::server
