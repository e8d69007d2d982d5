// SPDX-License-Identifier: MIT
#pragma once

#include "cli/run.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace drf_messages::cli {

/// "Deleting messages: 12000 of 50000", redrawn on a terminal once the work takes over a second;
/// silent in a pipe.
class Progress {
public:
    Progress(World& world, std::string what, std::int64_t total = 0);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void show(std::int64_t done);
    /// Where the total is known only on the way.
    void show(std::int64_t done, std::int64_t total);

private:
    World& world_;
    std::string what_;
    std::int64_t total_;
    std::chrono::steady_clock::time_point next_;
    bool shown_ = false;
};

} // namespace drf_messages::cli
