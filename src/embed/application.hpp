// SPDX-License-Identifier: MIT
#pragma once

#include "crypto/random.hpp"
#include "http/message.hpp"
#include "middleware/site.hpp"

#include <drf_messages/clock.hpp>
#include <drf_messages/log.hpp>
#include <drf_messages/rest/classes.hpp>
#include <drf_messages/settings.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace drf_messages::embed {

struct ApplicationOptions {
    std::size_t database_connections = 4;
    bool create_database = false; ///< whether a missing SQLite file is created (migrate)
    Clock clock = system_now;
    LogSink log = no_log();
    crypto::RandomBytes random = crypto::system_random_bytes;
    rest::Classes classes{}; ///< of the application, beside ours
};

/// Everything behind the socket, composed from settings: database, sessions, middleware, REST.
class Application {
public:
    /// Throws std::invalid_argument when the settings name what we do not have, or cannot work
    /// together.
    Application(Settings settings, ApplicationOptions options);
    ~Application();

    /// One request; from any thread. Never throws.
    http::Response operator()(const http::Request& request);

    middleware::Site& site() noexcept;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// Why these settings cannot work, though each of them is valid; empty when they can. `check`
/// prints them and `serve` refuses to start.
std::vector<std::string> configuration_problems(const Settings& settings);

} // namespace drf_messages::embed
