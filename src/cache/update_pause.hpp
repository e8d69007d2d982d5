// SPDX-License-Identifier: MIT
#pragma once

#include "cache/cache.hpp"
#include "fibers/wait.hpp"

#include <chrono>
#include <random>

namespace drf_messages::cache {

/// Between two tries to change an entry that others change too: nothing at first, then a short
/// random time, and after many tries Error.
class UpdatePause {
public:
    void operator()() {
        if (++tries_ > most_tries) {
            throw Error("too many changes of one entry at once");
        }
        if (tries_ > tries_without_pause) {
            thread_local std::minstd_rand random{std::random_device()()};
            std::uniform_int_distribution<int> microseconds(0, 200 * tries_);
            fibers::sleep_for(std::chrono::microseconds(microseconds(random)));
        }
    }

private:
    static constexpr int most_tries = 50;
    static constexpr int tries_without_pause = 2;
    int tries_ = 0;
};

} // namespace drf_messages::cache
