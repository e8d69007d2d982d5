// SPDX-License-Identifier: MIT
#include "cli/serve_options.hpp"

#include "base/processors.hpp"
#include "cli/open_files.hpp"
#include "embed/databases/database.hpp"
#include "embed/health.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

namespace drf_messages::cli {
namespace {

server::SocketAccess socket_access(const ServerSettings& settings) {
    constexpr int octal = 8;
    server::SocketAccess access;
    const std::string& digits = settings.socket_mode;
    std::from_chars(digits.data(), digits.data() + digits.size(), access.mode, octal);
    access.group = settings.socket_group;
    return access;
}

} // namespace

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
        options.workers = std::max(concurrency.least_workers, processors());
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

} // namespace drf_messages::cli
