// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace drf_messages::metrics {

/// A number that only grows. From any thread, at the cost of one atomic instruction.
class Counter {
public:
    void add(std::uint64_t count = 1) noexcept {
        value_.fetch_add(count, std::memory_order_relaxed);
    }
    std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// A number that goes up and down. The same holds for it.
class Gauge {
public:
    void add(std::int64_t count = 1) noexcept {
        value_.fetch_add(count, std::memory_order_relaxed);
    }
    std::int64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::int64_t> value_{0};
};

/// A counter for each value of an enumeration whose last value is `number_of_them`.
template<class Label>
class CounterBy {
public:
    static constexpr auto size = static_cast<std::size_t>(Label::number_of_them);

    Counter& operator[](Label label) noexcept { return counters_[static_cast<std::size_t>(label)]; }
    const Counter& operator[](Label label) const noexcept {
        return counters_[static_cast<std::size_t>(label)];
    }

private:
    std::array<Counter, size> counters_;
};

} // namespace drf_messages::metrics
