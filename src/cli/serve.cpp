// SPDX-License-Identifier: MIT
#include "base/processors.hpp"
#include "cli/announcement.hpp"
#include "cli/check.hpp"
#include "cli/commands.hpp"
#include "cli/database_wait.hpp"
#include "cli/json_log.hpp"
#include "cli/log.hpp"
#include "cli/memory_return.hpp"
#include "cli/metrics_sources.hpp"
#include "cli/open_site.hpp"
#include "cli/opening.hpp"
#include "cli/serve_options.hpp"
#include "cli/service_manager.hpp"
#include "cli/signals.hpp"
#include "cli/state_folder.hpp"
#include "cli/trace_context.hpp"
#include "embed/configuration_problems.hpp"
#include "embed/databases/database.hpp"
#include "embed/site_parts.hpp"
#include "metrics/process_metrics.hpp"
#include "server/server.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <malloc.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <optional>
#include <ostream>
#include <utility>

namespace drf_messages::cli {
namespace {

/// How to make a key, ready to be copied.
std::string secret_key_advice(const Context& context) {
    constexpr std::string_view line =
        "SECRET_KEY = \\\"$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \\n')\\\"";
    if (config::state_folder(context.world.environment)) {
        return "SECRET_KEY is not set, and is made for the database of DRF_MESSAGES_STATE_DIR "
               "alone; "
               "let DRF_MESSAGES_SECRET_KEY_FILE name a file that holds it (openssl rand -hex 32 "
               "makes one), the same for every server of the site";
    }
    if (context.settings_file) {
        return fmt::format(
            "SECRET_KEY is not set; make one with: sed -i \"1i {}\" {}",
            line,
            *context.settings_file
        );
    }
    return fmt::format("SECRET_KEY is not set; make one with: echo \"{}\" >> settings.toml", line);
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

void require_working_settings(const Context& context) {
    if (context.settings.secret_key.empty()) {
        throw Failure(secret_key_advice(context));
    }
    if (const auto problems = embed::configuration_problems(context.settings); !problems.empty()) {
        throw Failure(fmt::format("the settings cannot work: {}", fmt::join(problems, "; ")));
    }
}

void require_ready_database(const Context& context) {
    if (const auto problem = reached_database_problem(context)) {
        throw Failure(*problem);
    }
    if (context.settings.messages_extensions.need_feed()) {
        if (const auto problem = feed_problem(context)) {
            throw Failure(*problem);
        }
    }
}

/// The settings, with the key that the state folder has for them.
Settings settings_to_serve(const Context& context) {
    Settings settings = context.settings;
    if (context.state) {
        prepare_state_folder(*context.state);
        if (settings.secret_key.empty()) {
            settings.secret_key = state_secret_key(*context.state);
        }
    }
    return settings;
}

void warn_of_settings(const Settings& settings, const LogSink& log) {
    if (settings.allowed_hosts.empty() && !settings.debug) {
        log(LogLevel::warning,
            "ALLOWED_HOSTS is empty: every request to the site is answered with 400; set it to the "
            "site's names, such as DRF_MESSAGES_ALLOWED_HOSTS=example.com,localhost");
    }
    for (const std::string& warning : answer_warnings(settings)) {
        log(LogLevel::warning, warning);
    }
}

ServiceWatch::Server watched(OpenSite& site, server::Server& server) {
    return {
        .status = [&site] { return status_line(site.site().parts().resources); },
        .ask_for_life = [&server] { server.ask_for_life(); },
        .is_alive = [&server] { return server.is_alive(); }};
}

/// What holds for the whole process; before its first thread and connection.
void prepare_process() {
    // glibc gives nearly every thread an arena of its own, and what one frees the others cannot
    // use. Half as many as cores cost no time and, on two cores, an eighth of the memory less.
    ::mallopt(M_ARENA_MAX, static_cast<int>(std::max<std::size_t>(processors() / 2, 1)));
    return_large_memory();
    embed::prepare_drivers_for_serving();
    // The reader of the log or of a socket may go; the server stays.
    std::signal(SIGPIPE, SIG_IGN);
}

} // namespace

int serve(Context& given, const ServeArguments& arguments) {
    prepare_process();
    World& world = given.world;
    const HandedOver sockets = handed_over(world.environment);
    const ServiceManager manager(world.environment);
    // until the last line of the log is written
    Signals signals(given.settings.server.drain_timeout);
    const Settings settings = settings_to_serve(given);
    const Context context{world, settings, given.settings_file, given.state};
    require_working_settings(context);
    const bool logs_json = settings.server.log_format == "json";
    Log server_log(world.log_descriptor, logs_json ? LogFormat::json : LogFormat::text);
    const Signals::Lease reopening = signals.at_hangup([&server_log] { server_log.reopen(); });
    const LogSink log = server_log.sink();
    warn_of_settings(settings, log);
    server::ServerOptions options = server_options(settings, arguments, sockets.site);
    if (logs_json) {
        log_answers_as_json(options, server_log);
    }
    const bool has_metrics = !settings.metrics_bind.empty() || !sockets.metrics.empty();
    if (has_metrics) {
        measure_requests(options);
    }
    limit_connections(options, has_metrics ? metrics_files : 0, log);
    const OpenSite::Options site_options{
        .requests_at_once = options.workers * options.fibers,
        .metrics_sockets = sockets.metrics,
        .clock = world.clock,
        .log = log,
    };

    const MemoryReturn memory_return;

    // Sockets, and the threads that call the door; behind it the site, once the database is there.
    std::optional<OpenSite> site;
    FrontDoor door;
    options.takes_body = [&door](const http::Request& head) { return door.takes_body(head); };
    server::Server server(options, door.handler(settings.server.health_prefix), log);
    std::optional<ServiceWatch> watch;

    Patience patience(settings, server.addresses(), manager, log);
    const Opening::Migrate migrate = [&](const Opening::Begin& begin) {
        patience.end();
        migrate_before_serving(context, [&](const schema::Migration* migration) {
            begin(migration != nullptr);
            door.say("the database is being migrated");
            manager.notify("STATUS=migrating the database\nEXTEND_TIMEOUT_USEC=3600000000\n");
            if (migration != nullptr) {
                log(LogLevel::info,
                    fmt::format("migrating: {}.{}", migration->app, migration->name));
            }
        });
    };
    Opening opening({
        .reach = [&settings] { reach_database(settings); },
        .migrate = arguments.migrate ? migrate : Opening::Migrate(),
        .open =
            [&] {
                patience.end();
                require_ready_database(context);
                site.emplace(settings, site_options);
                const bool is_first_start = context.state && !site->has_users();
                door.open(*site); // from here on nothing fails by the database
                world.out << announcement(settings, server.addresses()) << std::endl;
                if (is_first_start) {
                    world.out << first_steps(settings, server.addresses(), world.environment)
                              << std::flush;
                }
                manager.notify("READY=1\n");
                watch.emplace(manager, watched(*site, server));
            },
        .may_pass = [&settings](
                        const sql::Error& error, bool is_reached
                    ) { return may_pass(settings, error, is_reached); },
        .wait =
            [&](const sql::Error& error) {
                door.say("the database does not answer");
                patience.wait(error);
            },
        .give_up = [&server] { server.stop(); },
    });
    const Signals::Lease ending = signals.at_end(
        [&] {
            server.stop();
            opening.stop();
            manager.notify("STOPPING=1\n");
        },
        [&server] { server.cut(); }
    );
    opening.start();
    server.run();
    opening.rethrow();
    opening.stop();
    if (opening.may_be_cut()) {
        // A database that does not answer, or another server that migrates it, would keep it.
        server_log.finish();
        std::_Exit(EXIT_SUCCESS);
    }
    return 0;
}

} // namespace drf_messages::cli
