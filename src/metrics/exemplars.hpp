// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::metrics {

/// Of each bucket of a histogram the last duration that belonged to a trace. Thread safe.
template<std::size_t buckets>
class Exemplars {
public:
    struct Exemplar {
        std::string trace_id;
        std::chrono::nanoseconds duration{0};
        std::chrono::system_clock::time_point at;
    };

    void keep(std::size_t bucket, std::string_view trace_id, std::chrono::nanoseconds duration) {
        const auto now = std::chrono::system_clock::now();
        const std::lock_guard lock(mutex_);
        Exemplar& kept = kept_.at(bucket);
        kept.trace_id = trace_id;
        kept.duration = duration;
        kept.at = now;
    }

    std::optional<Exemplar> of(std::size_t bucket) const {
        const std::lock_guard lock(mutex_);
        const Exemplar& kept = kept_.at(bucket);
        return kept.trace_id.empty() ? std::nullopt : std::optional(kept);
    }

private:
    mutable std::mutex mutex_;
    std::array<Exemplar, buckets> kept_;
};

} // namespace drf_messages::metrics
