// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>

namespace drf_messages::server {

/// A number of places for connections. From any thread.
class Places {
public:
    /// Before the first one is taken.
    void set_number(std::size_t number) noexcept { number_ = number; }
    std::size_t number() const noexcept { return number_; }

    /// False when none is free.
    bool take() noexcept {
        auto taken = taken_.load(std::memory_order_relaxed);
        while (taken < number_) {
            if (taken_.compare_exchange_weak(taken, taken + 1, std::memory_order_relaxed)) {
                return true;
            }
        }
        return false;
    }
    void give_back() noexcept { taken_.fetch_sub(1, std::memory_order_relaxed); }

private:
    std::size_t number_ = 0;
    std::atomic<std::size_t> taken_{0};
};

} // namespace drf_messages::server
