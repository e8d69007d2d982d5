// SPDX-License-Identifier: MIT
#include "metrics/process_metrics.hpp"

namespace drf_messages::metrics {

ProcessMetrics& process_metrics() noexcept {
    // Never destroyed: threads may still count while the process ends.
    static auto& all = *new ProcessMetrics;
    return all;
}

} // namespace drf_messages::metrics
