// SPDX-License-Identifier: MIT
#include "sql/reachability.hpp"

#include <algorithm>

namespace drf_messages::sql {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds first_pause{50};
constexpr std::chrono::milliseconds longest_pause{1'000};

} // namespace

/// Returns when the caller is to try, with what is known then; throws the last error otherwise.
std::uint64_t Reachability::enter() {
    const std::lock_guard lock(mutex_);
    if (!last_error_) {
        return knowledge_;
    }
    if (probing_ || SteadyClock::now() < next_probe_) {
        throw *last_error_;
    }
    probing_ = true;
    return ++knowledge_;
}

void Reachability::reached() {
    const std::lock_guard lock(mutex_);
    ++knowledge_;
    last_error_.reset();
    probing_ = false;
    pause_ = {};
}

void Reachability::failed(const Error& error, std::uint64_t began) {
    const std::lock_guard lock(mutex_);
    if (began != knowledge_) {
        return;
    }
    ++knowledge_;
    pause_ = std::clamp(pause_ * 2, first_pause, longest_pause);
    next_probe_ = SteadyClock::now() + pause_;
    last_error_ = error;
    probing_ = false;
}

/// The attempt says nothing of the database.
void Reachability::left(std::uint64_t began) {
    const std::lock_guard lock(mutex_);
    if (began == knowledge_) {
        probing_ = false;
    }
}

} // namespace drf_messages::sql
