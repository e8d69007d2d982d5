// SPDX-License-Identifier: MIT
#pragma once

#include "server/body_room.hpp"
#include "server/places.hpp"
#include "server/server.hpp"
#include "server/steady_clock.hpp"
#include "server/worker_pool.hpp"
#include "server/workers.hpp"

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

namespace drf_messages::server {

class Reactor;

/// What all connections of a server have in common.
struct Shared {
    ServerOptions options;
    http::Handler handler;
    LogSink log;
    std::optional<BodyRoom> body_room; ///< once the options are known
    std::atomic<bool> draining{false};
    Places places;                                 ///< ServerOptions::max_connections of them
    Places spare_places;                           ///< spare_connections of them
    Places stream_places;                          ///< ServerOptions::max_streams of them
    std::vector<Reactor*> reactors;                ///< all of them, from the start of the first
    std::atomic<std::uint64_t> last_connection{0}; ///< id
    Workers workers;
    WorkerPool urgent_worker;
};

} // namespace drf_messages::server
