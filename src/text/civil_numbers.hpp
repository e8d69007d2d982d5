// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>

namespace drf_messages::text {

/// A date and a time by their numbers, which may be none.
struct CivilNumbers {
    std::chrono::year_month_day date;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int microsecond = 0;

    /// Absent where Python's datetime() raises ValueError.
    std::optional<std::chrono::local_time<std::chrono::microseconds>> local() const {
        constexpr std::chrono::year first{1};
        constexpr std::chrono::year last{9999};
        if (!date.ok() || date.year() < first || date.year() > last || hour > 23 || minute > 59 ||
            second > 59) {
            return std::nullopt;
        }
        return std::chrono::local_days{date} + std::chrono::hours{hour} +
               std::chrono::minutes{minute} + std::chrono::seconds{second} +
               std::chrono::microseconds{microsecond};
    }
};

} // namespace drf_messages::text
