// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace drf_messages::model {

/// "2/day": so many requests in so much time.
struct Rate {
    std::int64_t requests = 0;
    std::chrono::seconds duration{0};

    /// The period counts by its first letter: s, m, h or d. Absent for any other text, and for
    /// fewer than no requests.
    /// - Django: rest_framework/throttling.py, SimpleRateThrottle.parse_rate.
    static std::optional<Rate> parse(std::string_view text);
};

} // namespace drf_messages::model
