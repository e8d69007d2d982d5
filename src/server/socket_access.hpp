// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

namespace drf_messages::server {

/// Who may connect to a Unix socket.
struct SocketAccess {
    unsigned mode = 0666;
    std::string group; ///< a name or a number; empty: that of the process
};

/// Why this process cannot give the socket to that group; absent when it can.
std::optional<std::string> group_problem(const std::string& group);

/// Sets mode and group of the socket's file, whatever the umask.
/// - throws std::runtime_error with the reason alone.
void give_access(const std::string& path, const SocketAccess& access);

} // namespace drf_messages::server
