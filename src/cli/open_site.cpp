// SPDX-License-Identifier: MIT
#include "cli/open_site.hpp"

#include "cli/metrics_sources.hpp"
#include "embed/obstacles.hpp"
#include "embed/site_parts.hpp"
#include "live/hub.hpp"
#include "server/answer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <utility>

namespace drf_messages::cli {
namespace {

std::size_t connections(const Settings& settings, std::size_t requests_at_once) {
    return requests_at_once + (settings.messages_extensions.need_feed() ? live::Hub::lanes : 0);
}

std::unique_ptr<MetricsServer> serve_metrics(
    const Settings& settings, std::vector<int> listening, Site& site, const LogSink& log
) {
    std::vector<std::string> bind;
    if (listening.empty() && !settings.metrics_bind.empty()) {
        bind = {settings.metrics_bind};
    }
    if (bind.empty() && listening.empty()) {
        return nullptr;
    }
    auto server = std::make_unique<MetricsServer>(
        std::move(bind), std::move(listening), metrics_sources(site.parts().resources), log
    );
    log(LogLevel::info,
        fmt::format("metrics are served on {}", fmt::join(server->addresses(), " and ")));
    return server;
}

} // namespace

OpenSite::OpenSite(const Settings& settings, Options options)
    : site_(
          settings,
          {
              .database_connections = connections(settings, options.requests_at_once),
              .clock = options.clock,
              .log = options.log,
              .create_database = false,
          }
      ),
      endpoint_(site_), check_(
                            embed::connections_for_checks(settings),
                            embed::readiness(settings, options.log),
                            std::chrono::seconds(2),
                            embed::watch_of(site_.parts()),
                            std::chrono::milliseconds(100)
                        ) {
    check_.problem(); // one that is there from the start is in the log from the start
    metrics_ = serve_metrics(settings, std::move(options.metrics_sockets), site_, options.log);
}

bool OpenSite::has_users() {
    middleware::SiteResources& resources = site_.parts().resources;
    return !resources.users.select_recent_passwords(*resources.database->acquire(), 1).empty();
}

http::Handler FrontDoor::handler(const std::string& health_prefix) {
    return embed::with_health(
        [this](const http::Request& request) { return answer(request); },
        health_prefix,
        [this] {
            OpenSite* const open = site();
            return open != nullptr ? open->problem() : std::string(why_);
        }
    );
}

bool FrontDoor::takes_body(const http::Request& head) const {
    OpenSite* const open = site();
    return open != nullptr && open->endpoint().takes_body(head);
}

http::Response FrontDoor::answer(const http::Request& request) const {
    if (OpenSite* const open = site()) {
        return open->endpoint()(request);
    }
    http::Response response = server::plain_answer(503);
    response.headers.add("Retry-After", "1");
    return response;
}

} // namespace drf_messages::cli
