// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/counters.hpp"

#include <array>
#include <atomic>
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

/// Each thread counts in one of so many places: cores that count in one have to wait for each
/// other's caches, which takes longer than all the rest.
inline constexpr std::size_t places = 8;
inline std::size_t own_place() noexcept {
    static std::atomic<std::size_t> threads{0};
    thread_local std::size_t place = places;
    if (place == places) {
        place = threads.fetch_add(1, std::memory_order_relaxed) % places;
    }
    return place;
}

/// How many durations were at most as long as each of some bounds, and their sum.
/// - bounds: an array of Bound, the shortest first.
template<const auto& bounds>
class Histogram {
public:
    static constexpr std::size_t buckets = bounds.size() + 1;
    /// Of each bucket alone; the last has what is longer than all bounds.
    using Counts = std::array<std::uint64_t, buckets>;

    /// From any thread, at the cost of two atomic instructions; short durations are found first.
    /// Returns the bucket.
    std::size_t observe(std::chrono::nanoseconds duration) noexcept {
        std::size_t bucket = 0;
        while (bucket < bounds.size() && bounds[bucket].duration < duration) {
            ++bucket;
        }
        Place& place = places_[own_place()];
        place.counts[bucket].add();
        place.nanoseconds.add(
            duration.count() > 0 ? static_cast<std::uint64_t>(duration.count()) : 0
        );
        return bucket;
    }

    Counts counts() const noexcept {
        Counts counts{};
        for (const Place& place : places_) {
            for (std::size_t i = 0; i < buckets; ++i) {
                counts[i] += place.counts[i].value();
            }
        }
        return counts;
    }
    double seconds() const noexcept {
        std::uint64_t nanoseconds = 0;
        for (const Place& place : places_) {
            nanoseconds += place.nanoseconds.value();
        }
        return static_cast<double>(nanoseconds) / 1e9;
    }

private:
    static constexpr std::size_t cache_line = 64;
    struct alignas(cache_line) Place {
        std::array<Counter, buckets> counts;
        Counter nanoseconds;
    };

    std::array<Place, places> places_;
};

} // namespace drf_messages::metrics
