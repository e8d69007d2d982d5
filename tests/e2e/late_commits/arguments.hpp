// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace drf_messages::late_commits {

struct Arguments {
    std::string settings;
    std::int64_t changes = 20'000;
    int writers = 8;
    int users = 20;
    int most = 50;
    int latest = 300; ///< milliseconds
    bool on_change = false;
};

Arguments parse(int count, char** values);

} // namespace drf_messages::late_commits
