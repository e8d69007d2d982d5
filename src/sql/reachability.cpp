// SPDX-License-Identifier: MIT
#include "sql/reachability.hpp"

#include <algorithm>

namespace drf_messages::sql {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds first_pause{50};
constexpr std::chrono::milliseconds longest_pause{1'000};

} // namespace

/// Returns when the caller is to try; throws the last error otherwise.
void Reachability::enter() {
    const std::lock_guard lock(mutex_);
    if (!last_error_) {
        return;
    }
    if (probing_ || SteadyClock::now() < next_probe_) {
        throw *last_error_;
    }
    probing_ = true;
}

void Reachability::reached() {
    const std::lock_guard lock(mutex_);
    last_error_.reset();
    probing_ = false;
    pause_ = {};
}

void Reachability::failed(const Error& error) {
    const std::lock_guard lock(mutex_);
    // Of many that fail at the same time only one makes the pause longer.
    if (!last_error_ || probing_) {
        pause_ = std::clamp(pause_ * 2, first_pause, longest_pause);
        next_probe_ = SteadyClock::now() + pause_;
    }
    last_error_ = error;
    probing_ = false;
}

/// The attempt says nothing of the database.
void Reachability::left() {
    const std::lock_guard lock(mutex_);
    probing_ = false;
}

} // namespace drf_messages::sql
