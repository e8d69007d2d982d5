// SPDX-License-Identifier: MIT
#pragma once

#include "cli/arguments.hpp"
#include "server/server.hpp"

#include <drf_messages/log.hpp>
#include <drf_messages/settings.hpp>

#include <cstddef>
#include <vector>

namespace drf_messages::cli {

/// What the settings say of a server.
/// - listening: sockets that stand in the place of SERVER.BIND.
server::ServerOptions server_options(
    const Settings& settings, const ServeArguments& arguments, std::vector<int> listening
);

/// A client more than there are files for would keep the databases from being opened.
/// - others: files that the process needs beside those of requests.
void limit_connections(server::ServerOptions& options, std::size_t others, const LogSink& log);

} // namespace drf_messages::cli
