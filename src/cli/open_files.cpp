// SPDX-License-Identifier: MIT
#include "cli/open_files.hpp"

#include "server/server.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <limits>

namespace drf_messages::cli {

std::size_t raise_open_files() noexcept {
    constexpr auto any_number = std::numeric_limits<std::size_t>::max();
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return any_number; // accepting says so if it was too many
    }
    const rlimit raised{limit.rlim_max, limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) {
        limit = raised;
    }
    return limit.rlim_cur == RLIM_INFINITY ? any_number : limit.rlim_cur;
}

std::size_t reserved_files(std::size_t requests) noexcept {
    // A request has three of a SQLite database (the file, its -wal and its -shm) or a connection to
    // a server, and one more for a cache or a session's file.
    constexpr std::size_t of_a_request = 4;
    constexpr std::size_t of_the_process = 128;
    return of_the_process + server::spare_connections + of_a_request * requests;
}

std::size_t
connections_within(std::size_t open_files, std::size_t wanted, std::size_t reserved) noexcept {
    const std::size_t most = std::max(open_files - std::min(open_files, reserved), open_files / 2);
    return std::clamp<std::size_t>(most, 1, wanted);
}

std::size_t streams_within(
    std::size_t open_files, std::size_t wanted, std::size_t connections, std::size_t reserved
) noexcept {
    const std::size_t most = open_files - std::min(open_files, reserved);
    return std::min(wanted, std::max(most - std::min(most, connections), most / 2));
}

} // namespace drf_messages::cli
