// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>

namespace drf_messages::sql::sqlite {

/// How long one call may still wait for locks, all of them together. The clock starts at the first
/// wait, so that a call that waits for nothing does not read it.
class Patience {
public:
    explicit Patience(std::chrono::milliseconds limit) : limit_(limit) {}

    /// A new call begins.
    void reset() noexcept {
        deadline_.reset();
        naps_ = 0;
    }

    std::chrono::steady_clock::time_point deadline();

    /// Sleeps a little, longer from time to time; false at once when the time is over.
    bool nap();

private:
    std::chrono::milliseconds limit_;
    std::optional<std::chrono::steady_clock::time_point> deadline_;
    int naps_ = 0;
};

} // namespace drf_messages::sql::sqlite
