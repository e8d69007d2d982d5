// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "cli/log.hpp"
#include "embed/application.hpp"
#include "embed/databases/database.hpp"
#include "embed/health.hpp"
#include "server/server.hpp"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <csignal>
#include <ostream>
#include <thread>

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

server::ServerOptions server_options(const Settings& settings, const ServeArguments& arguments) {
    const ServerSettings& from = settings.server;
    const embed::Concurrency concurrency = embed::concurrency(settings);
    server::ServerOptions options;
    options.bind = arguments.bind.empty() ? from.bind : arguments.bind;
    options.workers = arguments.workers.value_or(from.workers);
    if (options.workers == 0) {
        options.workers =
            std::max<std::size_t>(concurrency.least_workers, std::thread::hardware_concurrency());
    }
    options.fibers = concurrency.fibers;
    options.io_threads = from.io_threads;
    options.max_connections = from.max_connections;
    options.header_limit_bytes = from.header_limit_bytes;
    options.body_limit_bytes = from.body_limit_bytes;
    options.header_timeout = from.header_timeout;
    options.body_timeout = from.body_timeout;
    options.keep_alive_timeout = from.keep_alive_timeout;
    options.write_timeout = from.write_timeout;
    options.drain_timeout = from.drain_timeout;
    options.access_log = from.access_log;
    options.trust_forwarded_for = from.trust_forwarded_for;
    return options;
}

/// Where the first messages are; a route that is a regular expression has no one path.
std::string first_path(const Settings& settings) {
    for (const RouteSettings& route : settings.routes) {
        if (!route.regex && route.route.find('<') == std::string::npos) {
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
}

/// glibc gives nearly every thread an arena of its own, and what one frees the others cannot use.
/// Half as many as cores cost no time and, on two cores, an eighth of the memory less.
void share_memory_among_threads() {
    ::mallopt(M_ARENA_MAX, static_cast<int>(std::max(std::thread::hardware_concurrency() / 2, 1U)));
}

} // namespace

int serve(Context& context, const ServeArguments& arguments) {
    share_memory_among_threads();
    embed::prepare_drivers_for_serving();
    require_working_settings(context);
    // The reader of the log or of a socket may go; the server stays.
    std::signal(SIGPIPE, SIG_IGN);
    const LogSink log = stream_log(context.world.err);
    if (context.settings.allowed_hosts.empty() && !context.settings.debug) {
        log(LogLevel::warning,
            "ALLOWED_HOSTS is empty: every request to the site is answered with 400");
    }
    server::ServerOptions options = server_options(context.settings, arguments);
    const std::string& health_prefix = context.settings.server.health_prefix;
    options.is_urgent = [&health_prefix](const http::Request& request) {
        return embed::is_health_request(request, health_prefix);
    };

    embed::ApplicationOptions application_options;
    application_options.database_connections = options.workers * options.fibers;
    application_options.clock = context.world.clock;
    application_options.log = log;
    application_options.random = context.world.random;
    embed::Application application(context.settings, application_options);

    embed::DatabaseCheck check(embed::connections_for_checks(context.settings));

    server::Server server(
        options,
        embed::with_health(
            [&application](const http::Request& request) { return application(request); },
            health_prefix,
            check
        ),
        log
    );
    server.handle_signals();
    context.world.out << announcement(context.settings, server.addresses()) << std::endl;
    server.run();
    return 0;
}

} // namespace drf_messages::cli
