// SPDX-License-Identifier: MIT
#include "sql/retry_pause.hpp"

#include "fibers/wait.hpp"

#include <algorithm>
#include <chrono>
#include <random>

namespace drf_messages::sql {

void pause_before_retry(int failed) {
    constexpr int longest_us = 100'000;
    thread_local std::minstd_rand random{std::random_device{}()};
    const int most_us = std::min(longest_us, 1'000 << std::min(failed, 7));
    fibers::sleep_for(
        std::chrono::microseconds(std::uniform_int_distribution<int>(0, most_us)(random))
    );
}

} // namespace drf_messages::sql
