// SPDX-License-Identifier: MIT
#pragma once

#include "server/steady_clock.hpp"

namespace drf_messages::server {

/// For a line of the log that is true many times a second: it is written once a minute. Of one
/// thread.
class Seldom {
public:
    /// Whether it is time for it; then not again for a minute.
    bool is_due() noexcept {
        const auto now = SteadyClock::now();
        if (now < next_) {
            return false;
        }
        next_ = now + std::chrono::minutes(1);
        return true;
    }

private:
    SteadyClock::time_point next_ = SteadyClock::time_point::min();
};

} // namespace drf_messages::server
