// SPDX-License-Identifier: MIT
#pragma once

#include "server/steady_clock.hpp"

#include <cstdint>
#include <limits>

namespace drf_messages::server {

/// What a connection waits for, and since when, as far as others are concerned who would like to
/// have its place. One number, so that every thread may look at it while another one changes it.
class Waiting {
public:
    enum class For : std::uint8_t {
        request, ///< the next one
        client,  ///< to send the rest of a request, or to take an answer
        turn     ///< of a worker, or until the client takes what was sent before
    };

    /// For nothing of these.
    constexpr Waiting() noexcept = default;
    Waiting(For what, SteadyClock::time_point since) noexcept
        : number_(since.time_since_epoch().count() * kinds + static_cast<std::int64_t>(what)) {}

    static Waiting from_number(std::int64_t number) noexcept {
        Waiting result;
        result.number_ = number;
        return result;
    }
    std::int64_t number() const noexcept { return number_; }

    bool is_any() const noexcept { return number_ != nothing; }
    For what() const noexcept { return static_cast<For>(number_ % kinds); }
    bool is_for(For other) const noexcept { return is_any() && what() == other; }
    SteadyClock::time_point since() const noexcept {
        return SteadyClock::time_point(SteadyClock::duration(number_ / kinds));
    }

    bool operator==(const Waiting&) const = default;

private:
    static constexpr std::int64_t nothing = std::numeric_limits<std::int64_t>::max();
    static constexpr std::int64_t kinds = 4;

    std::int64_t number_ = nothing;
};

} // namespace drf_messages::server
