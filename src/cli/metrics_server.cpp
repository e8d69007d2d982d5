// SPDX-License-Identifier: MIT
#include "cli/metrics_server.hpp"

#include "http/media_type.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <utility>

namespace drf_messages::cli {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view openmetrics = "application/openmetrics-text";

http::Response answer(int status, std::string_view type, std::string body) {
    http::Response response;
    response.status = status;
    response.headers.set("Content-Type", std::string(type));
    response.headers.set("Content-Length", std::to_string(body.size()));
    response.body = std::move(body);
    return response;
}

/// How much a client wants a media type: 0 to 1.
double quality(const http::MediaType& type) {
    const auto text = type.param("q");
    double value = 1;
    if (text) {
        const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
        if (error != std::errc() || !(value >= 0 && value <= 1)) {
            return 0;
        }
    }
    return value;
}

/// OpenMetrics for who names it and wants nothing else more.
metrics::Format wanted_format(const http::Request& request) {
    double most_openmetrics = 0;
    double most_text = 0;
    for (const auto& accepted :
         http::accepted_types(request.headers.find("Accept").value_or(std::string_view()))) {
        const http::MediaType& type = accepted.type;
        if (type.full_type == openmetrics && type.param("version").value_or("1.0.0") == "1.0.0") {
            most_openmetrics = std::max(most_openmetrics, quality(type));
        } else if (type.full_type == "text/plain") {
            most_text = std::max(most_text, quality(type));
        }
    }
    return most_openmetrics > 0 && most_openmetrics >= most_text ? metrics::Format::openmetrics
                                                                 : metrics::Format::prometheus;
}

server::ServerOptions server_options(std::vector<std::string> bind, std::vector<int> listening) {
    server::ServerOptions options;
    options.bind = std::move(bind);
    options.listening = std::move(listening);
    options.workers = 1;
    options.max_connections = metrics_connections;
    options.header_limit_bytes = 8 * 1024;
    options.body_limit_bytes = 0;
    options.bodies_limit_bytes = 0;
    options.answers_limit_bytes = 4 * 1024 * 1024;
    options.takes_body = [](const http::Request&) { return false; };
    options.header_timeout = 5s;
    options.body_timeout = 5s;
    options.keep_alive_timeout = 2min; // who reads every minute keeps the connection
    options.write_timeout = 5s;
    options.drain_timeout = 5s; // it is cut; the shortest time says how often the server looks
    options.access_log = false;
    return options;
}

} // namespace

http::Response metrics_answer(const http::Request& request, const metrics::Sources& sources) {
    constexpr std::string_view plain = "text/plain; charset=utf-8";
    const std::string_view target = request.target;
    if (target.substr(0, target.find('?')) != "/metrics") {
        return answer(404, plain, "not found\n");
    }
    if (request.method != "GET" && request.method != "HEAD") {
        auto response = answer(405, plain, "method not allowed\n");
        response.headers.set("Allow", "GET, HEAD");
        return response;
    }
    const metrics::Format format = wanted_format(request);
    return answer(
        200,
        metrics::content_type(format),
        metrics::exposition(metrics::process_metrics(), sources, format)
    );
}

MetricsServer::MetricsServer(
    std::vector<std::string> bind,
    std::vector<int> listening,
    metrics::Sources sources,
    const LogSink& log
)
    : server_(
          server_options(std::move(bind), std::move(listening)),
          [sources = std::move(sources)](const http::Request& request) {
              return metrics_answer(request, sources);
          },
          [log](LogLevel level, std::string_view line) {
              log(level, "metrics: " + std::string(line));
          }
      ),
      thread_([this] { server_.run(); }) {}

MetricsServer::~MetricsServer() {
    server_.cut();
    thread_.join();
}

} // namespace drf_messages::cli
