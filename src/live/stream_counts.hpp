// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace drf_messages::live {

/// What the streams of this process have done since it began, for whoever shows it.
struct StreamCounts {
    using Count = std::atomic<std::uint64_t>;

    enum Event { hello, created, updated, destroyed, badge, reset };
    static constexpr std::array<std::string_view, 6> event_names = {
        "hello", "created", "updated", "destroyed", "badge", "reset"};
    enum Resume { known, expired };
    static constexpr std::array<std::string_view, 2> resume_names = {"known", "expired"};
    /// Why a stream ended; `gone` is its client's doing.
    enum Reason { gone, age, authentication, drain };
    static constexpr std::array<std::string_view, 4> reason_names = {
        "gone", "age", "authentication", "drain"};

    std::atomic<std::size_t> open{0};
    std::array<Count, event_names.size()> events{};
    std::array<Count, resume_names.size()> resumes{};
    std::array<Count, reason_names.size()> closed{};
};

} // namespace drf_messages::live
