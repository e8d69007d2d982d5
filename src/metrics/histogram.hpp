// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/counters.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace drf_messages::metrics {

/// The upper bound of a bucket, and the same as a label has it.
struct Bound {
    std::chrono::nanoseconds duration;
    std::string_view text; ///< of seconds, as OpenMetrics wants a number: "0.005", "1.0"
};

/// How many durations were at most as long as each of some bounds, and their sum.
/// - bounds: an array of Bound, the shortest first.
template<const auto& bounds>
class Histogram {
public:
    /// Of each bucket alone; the last has what is longer than all bounds.
    using Counts = std::array<std::uint64_t, bounds.size() + 1>;

    static constexpr std::size_t buckets = bounds.size() + 1;

    /// From any thread, at the cost of two atomic instructions; short durations are found first.
    /// Returns the bucket.
    std::size_t observe(std::chrono::nanoseconds duration) noexcept {
        std::size_t bucket = 0;
        while (bucket < bounds.size() && bounds[bucket].duration < duration) {
            ++bucket;
        }
        buckets_[bucket].add();
        nanoseconds_.add(duration.count() > 0 ? static_cast<std::uint64_t>(duration.count()) : 0);
        return bucket;
    }

    Counts counts() const noexcept {
        Counts counts{};
        for (std::size_t i = 0; i < counts.size(); ++i) {
            counts[i] = buckets_[i].value();
        }
        return counts;
    }
    double seconds() const noexcept { return static_cast<double>(nanoseconds_.value()) / 1e9; }

private:
    std::array<Counter, bounds.size() + 1> buckets_;
    Counter nanoseconds_;
};

} // namespace drf_messages::metrics
