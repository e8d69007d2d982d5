// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/histogram.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

namespace drf_messages::metrics {

/// OpenTelemetry: semantic conventions, db.client.operation.duration.
inline constexpr std::array<Bound, 9> statement_bounds = {{
    {std::chrono::milliseconds(1), "0.001"},
    {std::chrono::milliseconds(5), "0.005"},
    {std::chrono::milliseconds(10), "0.01"},
    {std::chrono::milliseconds(50), "0.05"},
    {std::chrono::milliseconds(100), "0.1"},
    {std::chrono::milliseconds(500), "0.5"},
    {std::chrono::milliseconds(1000), "1.0"},
    {std::chrono::milliseconds(5000), "5.0"},
    {std::chrono::milliseconds(10'000), "10.0"},
}};

/// How long statements took, by name; the first names have a histogram each, the others one
/// together. Thread safe.
class StatementDurations {
public:
    using Durations = Histogram<statement_bounds>;
    struct Set {
        std::string name;
        Durations durations;
    };

    static constexpr std::size_t most_own = 8;
    static constexpr std::size_t most = most_own + 1;

    StatementDurations() { sets_[most_own].name = "_OTHER"; }
    StatementDurations(const StatementDurations&) = delete;
    StatementDurations& operator=(const StatementDurations&) = delete;

    void observe(std::string_view name, std::chrono::nanoseconds duration) noexcept;

    /// Calls `each(const Set&)` for the sets that have durations.
    template<class Each>
    void for_each(Each each) const {
        const std::size_t own = own_.load(std::memory_order_acquire);
        for (std::size_t i = 0; i < own; ++i) {
            each(sets_[i]);
        }
        if (sets_[most_own].durations.seconds() > 0) {
            each(sets_[most_own]);
        }
    }

private:
    Durations* find(std::string_view name) noexcept;
    Durations* add(std::string_view name);

    std::array<Set, most> sets_;
    std::atomic<std::size_t> own_{0};
    std::mutex mutex_; ///< for who adds
};

} // namespace drf_messages::metrics
