// SPDX-License-Identifier: MIT
#include "metrics/request_durations.hpp"

#include <algorithm>

namespace drf_messages::metrics {
namespace {

constexpr int first_failure = 400;

/// The most frequent first. OpenTelemetry: http.request.method.
constexpr std::string_view known_methods[] = {
    "GET", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH", "PUT", "TRACE", "CONNECT"};

std::string_view known_method(std::string_view method) noexcept {
    const auto* const found = std::find(std::begin(known_methods), std::end(known_methods), method);
    return found == std::end(known_methods) ? RequestDurations::other : *found;
}

} // namespace

RequestDurations::RequestDurations() {
    for (std::size_t i = 0; i < classes; ++i) {
        Set& set = sets_[most_own + i].set;
        set.method = other;
        set.status = std::string(1, static_cast<char>('2' + i)) + "xx";
        set.route = other;
    }
}

void RequestDurations::observe(
    std::string_view method,
    int status,
    std::string_view route,
    std::chrono::nanoseconds duration,
    std::string_view trace_id
) noexcept {
    const std::string_view known = known_method(method);
    Set* set = find(known, status, route);
    if (set == nullptr && own_.load(std::memory_order_relaxed) < most_own) {
        try {
            set = add(known, status, route);
        } catch (...) {
            // Without memory for a set of its own it is counted with the others.
        }
    }
    if (set == nullptr) {
        const int status_class = std::clamp(status / 100, 2, 5) - 2;
        set = &sets_[most_own + static_cast<std::size_t>(status_class)].set;
    }
    const std::size_t bucket = set->durations.observe(duration);
    if (!trace_id.empty()) {
        try {
            set->exemplars.keep(bucket, trace_id, duration);
        } catch (...) {
            // The same: there is an older one, or none.
        }
    }
}

/// - method: of known_method(), so that the same one is at the same place.
RequestDurations::Set*
RequestDurations::find(std::string_view method, int status, std::string_view route) noexcept {
    const std::size_t own = own_.load(std::memory_order_acquire);
    for (std::size_t i = 0; i < own; ++i) {
        Entry& entry = sets_[i];
        if (entry.number == status && entry.set.method.data() == method.data() &&
            entry.set.route == route) {
            return &entry.set;
        }
    }
    return nullptr;
}

/// Null when there is no room for another one.
RequestDurations::Set*
RequestDurations::add(std::string_view method, int status, std::string_view route) {
    const std::lock_guard lock(mutex_);
    if (Set* const meanwhile = find(method, status, route)) {
        return meanwhile;
    }
    const std::size_t own = own_.load(std::memory_order_relaxed);
    const bool is_failure = status >= first_failure;
    if (own == most_own || (is_failure && failures_ == most_own_of_failures)) {
        return nullptr;
    }
    Entry& entry = sets_[own];
    entry.set.route = route;
    entry.set.status = std::to_string(status);
    entry.set.method = method;
    entry.number = status;
    failures_ += is_failure ? 1 : 0;
    own_.store(own + 1, std::memory_order_release);
    return &entry.set;
}

} // namespace drf_messages::metrics
