// SPDX-License-Identifier: MIT
#include "metrics/statement_durations.hpp"

namespace drf_messages::metrics {

void StatementDurations::observe(
    std::string_view name, std::chrono::nanoseconds duration
) noexcept {
    Durations* durations = find(name);
    if (durations == nullptr && own_.load(std::memory_order_relaxed) < most_own) {
        try {
            durations = add(name);
        } catch (...) {
            // Without memory for a set of its own it is counted with the others.
        }
    }
    (durations != nullptr ? *durations : sets_[most_own].durations).observe(duration);
}

StatementDurations::Durations* StatementDurations::find(std::string_view name) noexcept {
    const std::size_t own = own_.load(std::memory_order_acquire);
    for (std::size_t i = 0; i < own; ++i) {
        if (sets_[i].name == name) {
            return &sets_[i].durations;
        }
    }
    return nullptr;
}

/// Null when there is no room for another one.
StatementDurations::Durations* StatementDurations::add(std::string_view name) {
    const std::lock_guard lock(mutex_);
    if (Durations* const meanwhile = find(name)) {
        return meanwhile;
    }
    const std::size_t own = own_.load(std::memory_order_relaxed);
    if (own == most_own) {
        return nullptr;
    }
    sets_[own].name = name;
    own_.store(own + 1, std::memory_order_release);
    return &sets_[own].durations;
}

} // namespace drf_messages::metrics
