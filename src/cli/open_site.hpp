// SPDX-License-Identifier: MIT
#pragma once

#include "cli/metrics_server.hpp"
#include "embed/health.hpp"
#include "http/server_interface.hpp"

#include <drf_messages/endpoint.hpp>
#include <drf_messages/site.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace drf_messages::cli {

/// What a server needs of a database that is there: the site, and what answers for it.
class OpenSite {
public:
    struct Options {
        std::size_t requests_at_once = 1;
        std::vector<int> metrics_sockets; ///< that are there already, instead of METRICS.BIND
        Clock clock;
        LogSink log;
    };

    OpenSite(const Settings& settings, Options options);

    Site& site() noexcept { return site_; }
    /// Whether anybody can be sent a message yet.
    bool has_users();
    Endpoint& endpoint() noexcept { return endpoint_; }
    /// Why requests fail; empty when they do not.
    std::string problem() { return check_.problem(); }

private:
    Site site_; ///< what all requests share: database, sessions, caches, users
    Endpoint
        endpoint_; ///< from a request to its answer: the middleware, and the REST API behind it
    /// For /readyz, which no busy database or worker holds up; notices too that the database is
    /// another one.
    embed::DatabaseCheck check_;
    std::unique_ptr<MetricsServer> metrics_; ///< null where nobody is to read them
};

/// Where requests come in, before there is a site and after. The site has to outlive it.
class FrontDoor {
public:
    void open(OpenSite& site) noexcept { site_.store(&site, std::memory_order_release); }
    /// - why: it stays closed for now, in words for everybody; a literal.
    void say(const char* why) noexcept { why_ = why; }
    /// Answers /healthz and /readyz below `health_prefix`, and all else once the site is open;
    /// until then with 503. The door has to outlive it.
    http::Handler handler(const std::string& health_prefix);
    /// As server::ServerOptions::takes_body.
    bool takes_body(const http::Request& head) const;

private:
    http::Response answer(const http::Request& request) const;
    OpenSite* site() const noexcept { return site_.load(std::memory_order_acquire); }

    std::atomic<OpenSite*> site_ = nullptr;
    std::atomic<const char*> why_ = "the database does not answer";
};

} // namespace drf_messages::cli
