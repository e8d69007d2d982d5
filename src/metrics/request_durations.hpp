// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/exemplars.hpp"
#include "metrics/histogram.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

namespace drf_messages::metrics {

/// OpenTelemetry: semantic conventions, http.server.request.duration.
inline constexpr std::array<Bound, 14> request_bounds = {{
    {std::chrono::milliseconds(5), "0.005"},
    {std::chrono::milliseconds(10), "0.01"},
    {std::chrono::milliseconds(25), "0.025"},
    {std::chrono::milliseconds(50), "0.05"},
    {std::chrono::milliseconds(75), "0.075"},
    {std::chrono::milliseconds(100), "0.1"},
    {std::chrono::milliseconds(250), "0.25"},
    {std::chrono::milliseconds(500), "0.5"},
    {std::chrono::milliseconds(750), "0.75"},
    {std::chrono::milliseconds(1000), "1.0"},
    {std::chrono::milliseconds(2500), "2.5"},
    {std::chrono::milliseconds(5000), "5.0"},
    {std::chrono::milliseconds(7500), "7.5"},
    {std::chrono::milliseconds(10'000), "10.0"},
}};

/// How long requests took, by method, status and route. However many of these clients come up with,
/// there is a bounded number of sets: the first ones have their own, of refusals and failures not
/// so many that nothing is left for the others; what comes later is told apart by the class of its
/// status alone. Thread safe.
class RequestDurations {
public:
    using Durations = Histogram<request_bounds>;
    struct Set {
        std::string_view method; ///< a known one, or "_OTHER"
        std::string status;      ///< "200"; "2xx" of those without a set of their own
        std::string route;
        Durations durations;
        Exemplars<Durations::buckets> exemplars;
    };

    static constexpr std::size_t most_own = 11;
    static constexpr std::size_t most_own_of_failures = 6; ///< statuses from 400 on
    static constexpr std::size_t classes = 4;              ///< 2xx to 5xx
    static constexpr std::size_t most = most_own + classes;
    static constexpr std::string_view other = "_OTHER";

    RequestDurations();
    RequestDurations(const RequestDurations&) = delete;
    RequestDurations& operator=(const RequestDurations&) = delete;

    /// - route: of a bounded set; empty: none.
    /// - trace_id: of the trace that the request belongs to; empty: none.
    void observe(
        std::string_view method,
        int status,
        std::string_view route,
        std::chrono::nanoseconds duration,
        std::string_view trace_id = {}
    ) noexcept;

    /// Calls `each(const Set&)` for the sets that have durations.
    template<class Each>
    void for_each(Each each) const {
        const std::size_t own = own_.load(std::memory_order_acquire);
        for (std::size_t i = 0; i < own; ++i) {
            each(sets_[i].set);
        }
        for (std::size_t i = most_own; i < most; ++i) {
            if (sets_[i].set.durations.seconds() > 0) {
                each(sets_[i].set);
            }
        }
    }

private:
    struct Entry {
        int number = 0; ///< the status
        Set set;
    };

    Set* find(std::string_view method, int status, std::string_view route) noexcept;
    Set* add(std::string_view method, int status, std::string_view route);

    std::array<Entry, most> sets_; ///< first those of their own, then those of the classes
    std::atomic<std::size_t> own_{0};
    std::size_t failures_ = 0;
    std::mutex mutex_; ///< for who adds
};

} // namespace drf_messages::metrics
