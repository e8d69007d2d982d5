// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <string>
#include <vector>

namespace drf_messages::embed {

/// Why work on a database fails that can be reached.
struct Obstacle {
    /// For everybody: names no account, no file and no server.
    std::string reason;
    /// For the operator, with the command or statement that mends it.
    std::string advice;
};

/// Those in the files of a SQLite database; none for another one.
std::vector<Obstacle> file_obstacles(const Settings& settings);

} // namespace drf_messages::embed
