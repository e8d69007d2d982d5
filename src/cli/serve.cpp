// SPDX-License-Identifier: MIT
#include "cli/check.hpp"
#include "cli/commands.hpp"
#include "cli/json_log.hpp"
#include "cli/log.hpp"
#include "cli/memory_return.hpp"
#include "cli/metrics_server.hpp"
#include "cli/metrics_sources.hpp"
#include "cli/open_files.hpp"
#include "cli/service_manager.hpp"
#include "cli/signals.hpp"
#include "cli/trace_context.hpp"
#include "embed/configuration_problems.hpp"
#include "embed/databases/database.hpp"
#include "embed/health.hpp"
#include "embed/obstacles.hpp"
#include "embed/site_parts.hpp"
#include "live/hub.hpp"
#include "metrics/process_metrics.hpp"
#include "server/server.hpp"
#include "urls/url_conf.hpp"

#include <drf_messages/endpoint.hpp>
#include <drf_messages/site.hpp>

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <ostream>
#include <thread>
#include <utility>

namespace drf_messages::cli {
namespace {

/// The line that makes a key, ready to be copied.
std::string secret_key_advice(const Context& context) {
    constexpr std::string_view line =
        "SECRET_KEY = \\\"$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \\n')\\\"";
    if (context.settings_file) {
        return fmt::format(
            "SECRET_KEY is not set; make one with: sed -i \"1i {}\" {}",
            line,
            *context.settings_file
        );
    }
    return fmt::format("SECRET_KEY is not set; make one with: echo \"{}\" >> settings.toml", line);
}

server::SocketAccess socket_access(const ServerSettings& settings) {
    constexpr int octal = 8;
    server::SocketAccess access;
    const std::string& digits = settings.socket_mode;
    std::from_chars(digits.data(), digits.data() + digits.size(), access.mode, octal);
    access.group = settings.socket_group;
    return access;
}

/// - listening: sockets that stand in the place of SERVER.BIND.
server::ServerOptions server_options(
    const Settings& settings, const ServeArguments& arguments, std::vector<int> listening
) {
    const ServerSettings& from = settings.server;
    const embed::Concurrency concurrency = embed::concurrency(settings);
    server::ServerOptions options;
    options.bind = arguments.bind;
    if (options.bind.empty() && listening.empty()) {
        options.bind = from.bind;
    }
    options.listening = std::move(listening);
    options.socket_access = socket_access(from);
    options.workers = arguments.workers.value_or(from.workers);
    if (options.workers == 0) {
        options.workers =
            std::max<std::size_t>(concurrency.least_workers, std::thread::hardware_concurrency());
    }
    options.fibers = concurrency.fibers;
    options.io_threads = from.io_threads;
    options.max_connections = from.max_connections;
    options.max_streams = settings.messages_extensions.need_feed() ? settings.live.max_streams : 0;
    options.header_limit_bytes = from.header_limit_bytes;
    options.body_limit_bytes = from.body_limit_bytes;
    options.bodies_limit_bytes = from.bodies_limit_bytes;
    options.answers_limit_bytes = from.answers_limit_bytes;
    options.header_timeout = from.header_timeout;
    options.body_timeout = from.body_timeout;
    options.keep_alive_timeout = from.keep_alive_timeout;
    options.write_timeout = from.write_timeout;
    options.drain_timeout = from.drain_timeout;
    options.access_log = from.access_log;
    options.trust_forwarded_for = from.trust_forwarded_for;
    options.is_urgent = [prefix = from.health_prefix](const http::Request& request) {
        return embed::is_health_request(request, prefix);
    };
    return options;
}

/// A client more than there are files for would keep the databases from being opened.
/// - others: files that the process needs beside those of requests.
void limit_connections(server::ServerOptions& options, std::size_t others, const LogSink& log) {
    const std::size_t open_files = raise_open_files();
    const std::size_t reserved = reserved_files(options.workers * options.fibers) + others;
    const std::size_t wanted = options.max_connections;
    const std::size_t wanted_streams = options.max_streams;
    options.max_streams = streams_within(open_files, wanted_streams, wanted, reserved);
    if (options.max_streams < wanted_streams) {
        log(LogLevel::warning,
            fmt::format(
                "the process may have {} files open, so it takes {} streams instead of the {} of "
                "LIVE.MAX_STREAMS; for these it needs a limit of {} (LimitNOFILE= in a systemd "
                "unit, ulimit -n in a shell)",
                open_files,
                options.max_streams,
                wanted_streams,
                wanted_streams + wanted + reserved
            ));
    }
    options.max_connections =
        connections_within(open_files - options.max_streams, wanted, reserved);
    if (options.max_connections < wanted) {
        log(LogLevel::warning,
            fmt::format(
                "the process may have {} files open, so it takes {} connections instead of the {} "
                "of SERVER.MAX_CONNECTIONS; for these it needs a limit of {} (LimitNOFILE= in a "
                "systemd unit, ulimit -n in a shell)",
                open_files,
                options.max_connections,
                wanted,
                wanted + options.max_streams + reserved
            ));
    }
}

/// Where the first messages are; a route that is a regular expression has no one path.
std::string first_path(const Settings& settings) {
    for (const RouteSettings& route : settings.routes) {
        if (urls::has_messages(route) && !route.regex &&
            route.route.find('<') == std::string::npos) {
            return "/" + route.route;
        }
    }
    return "/";
}

std::string announcement(const Settings& settings, const std::vector<std::string>& addresses) {
    std::string places;
    for (const std::string& address : addresses) {
        places += (places.empty() ? "" : " and ") + address;
        if (address.starts_with("http")) {
            places += first_path(settings);
        }
    }
    return fmt::format("Serving messages on {} (Ctrl-C stops)", places);
}

/// Each line a JSON object, those of answers with more than their text says.
void log_answers_as_json(server::ServerOptions& options, Log& log) {
    const bool trust_forwarded_for = options.trust_forwarded_for;
    options.access_log_form.line = [trust_forwarded_for](const server::Answered& answered) {
        return json_access_line(answered, trust_forwarded_for);
    };
    options.access_log_form.write = [&log](std::string_view line) { log.write(line); };
}

/// A stream is not among the requests: an hour of it would hide how long they take.
void measure_requests(server::ServerOptions& options) {
    metrics::statements_are_measured = true;
    options.observe = [&requests = metrics::process_metrics().requests](const auto& answered) {
        if (!answered.was_stream) {
            const auto trace = trace_context(answered.request);
            requests.observe(
                answered.request.method,
                answered.status,
                answered.route,
                answered.duration,
                trace ? trace->trace_id : std::string_view()
            );
        }
    };
}

/// Absent where nobody is to read metrics.
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

void require_working_settings(Context& context) {
    if (context.settings.secret_key.empty()) {
        throw Failure(secret_key_advice(context));
    }
    if (const auto problems = embed::configuration_problems(context.settings); !problems.empty()) {
        throw Failure(fmt::format("the settings cannot work: {}", fmt::join(problems, "; ")));
    }
    if (const auto problem = database_problem(context)) {
        throw Failure(*problem);
    }
    if (context.settings.messages_extensions.need_feed()) {
        if (const auto problem = feed_problem(context)) {
            throw Failure(*problem);
        }
    }
}

/// What holds for the whole process; before its first thread and connection.
void prepare_process() {
    // glibc gives nearly every thread an arena of its own, and what one frees the others cannot
    // use. Half as many as cores cost no time and, on two cores, an eighth of the memory less.
    ::mallopt(M_ARENA_MAX, static_cast<int>(std::max(std::thread::hardware_concurrency() / 2, 1U)));
    return_large_memory();
    embed::prepare_drivers_for_serving();
    // The reader of the log or of a socket may go; the server stays.
    std::signal(SIGPIPE, SIG_IGN);
}

} // namespace

int serve(Context& context, const ServeArguments& arguments) {
    prepare_process();
    const Settings& settings = context.settings;
    const HandedOver sockets = handed_over(context.world.environment);
    const ServiceManager manager(context.world.environment);
    Signals signals(settings.server.drain_timeout); // until the last line of the log is written
    require_working_settings(context);
    const bool logs_json = settings.server.log_format == "json";
    Log server_log(context.world.log_descriptor, logs_json ? LogFormat::json : LogFormat::text);
    const Signals::Lease reopening = signals.at_hangup([&server_log] { server_log.reopen(); });
    const LogSink log = server_log.sink();
    if (settings.allowed_hosts.empty() && !settings.debug) {
        log(LogLevel::warning,
            "ALLOWED_HOSTS is empty: every request to the site is answered with 400");
    }
    for (const std::string& warning : answer_warnings(settings)) {
        log(LogLevel::warning, warning);
    }
    server::ServerOptions options = server_options(settings, arguments, sockets.site);
    if (logs_json) {
        log_answers_as_json(options, server_log);
    }
    const bool has_metrics = !settings.metrics_bind.empty() || !sockets.metrics.empty();
    if (has_metrics) {
        measure_requests(options);
    }
    limit_connections(options, has_metrics ? metrics_files : 0, log);

    const MemoryReturn memory_return;

    // What all requests share: database, sessions, caches, users.
    Site site(
        settings,
        {
            .database_connections =
                options.workers * options.fibers +
                (settings.messages_extensions.need_feed() ? live::Hub::lanes : 0),
            .clock = context.world.clock,
            .log = log,
            .create_database = false,
        }
    );

    // From a request to its answer: the middleware, and the REST API behind it.
    Endpoint endpoint(site);
    options.takes_body = [&endpoint](const http::Request& head) {
        return endpoint.takes_body(head);
    };

    // Beside them /healthz and /readyz, which no busy database or worker holds up, and who notices
    // that the database is another one.
    embed::DatabaseCheck check(
        embed::connections_for_checks(settings),
        embed::readiness(settings, log),
        std::chrono::seconds(2),
        embed::watch_of(site.parts()),
        std::chrono::milliseconds(100)
    );
    check.problem(); // one that is there from the start is in the log from the start
    http::Handler handler =
        embed::with_health(std::ref(endpoint), settings.server.health_prefix, check);

    const auto metrics_server = serve_metrics(settings, sockets.metrics, site, log);

    // Sockets, and the threads that call the handler.
    server::Server server(options, std::move(handler), log);
    const Signals::Lease ending = signals.at_end(
        [&] {
            server.stop();
            manager.notify("STOPPING=1\n");
        },
        [&server] { server.cut(); }
    );
    context.world.out << announcement(settings, server.addresses()) << std::endl;
    manager.notify("READY=1\n");
    const ServiceWatch watch(
        manager,
        {.status = [resources = &site.parts().resources] { return status_line(*resources); },
         .ask_for_life = [&server] { server.ask_for_life(); },
         .is_alive = [&server] { return server.is_alive(); }}
    );
    server.run();
    return 0;
}

} // namespace drf_messages::cli
