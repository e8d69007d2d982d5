// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/process_metrics.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::metrics {

enum class Format { prometheus, openmetrics };

/// What is asked when somebody wants to read it, instead of being counted. An empty function: there
/// is no such thing, and no row of it.
struct Sources {
    struct Connections {
        std::size_t idle = 0;
        std::size_t used = 0;
    };
    /// The counters of one name, by the value of their label.
    using Counts = std::vector<std::pair<std::string_view, std::uint64_t>>;
    struct Streams {
        std::uint64_t open = 0;
        Counts events;  ///< by event
        Counts resumes; ///< by what became of the state that the client had
        Counts closed;  ///< by reason
    };

    std::function<Connections()> database_connections;
    std::function<Streams()> streams;
    std::function<std::chrono::nanoseconds()> feed_delay;
    std::function<std::int64_t()> feed_pending;
};

/// So many series there are at most, each bucket of a histogram counted; those of the streams'
/// counters among them.
inline constexpr std::size_t most_series = 400;
inline constexpr std::size_t most_series_of_streams = 20;

std::string_view content_type(Format format) noexcept;

/// All of it, as text.
/// - Prometheus: docs/instrumenting/exposition_formats.md; OpenMetrics 1.0.
std::string exposition(const ProcessMetrics& metrics, const Sources& sources, Format format);

} // namespace drf_messages::metrics
