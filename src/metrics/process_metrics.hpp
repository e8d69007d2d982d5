// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/counters.hpp"
#include "metrics/request_durations.hpp"
#include "metrics/statement_durations.hpp"

#include <array>
#include <atomic>
#include <string_view>

namespace drf_messages::metrics {

// The values of labels, and in their order what they are called.

/// Who has left messages, or deleted them.
enum class SentVia { application, admin, number_of_them };
inline constexpr std::array<std::string_view, 2> sent_via_names = {"application", "admin"};
enum class Deletion { request, read, application, admin, number_of_them };
inline constexpr std::array<std::string_view, 4> deletion_names = {
    "request",     ///< of the message's user
    "read",        ///< MESSAGES_DELETE_READ
    "application", ///< by the classes of the library
    "admin"};      ///< of somebody in the admin

/// What a process counts for whoever operates it; docs/operate.md has the table. Counting costs
/// an atomic instruction, whether anybody reads it or not.
struct ProcessMetrics {
    RequestDurations requests;
    StatementDurations statements; ///< while measures_statements()

    CounterBy<SentVia> sent;
    CounterBy<Deletion> deleted;
};

/// Those of this process. Thread safe.
ProcessMetrics& process_metrics() noexcept;

/// Whether the durations of statements are asked for.
inline std::atomic<bool> statements_are_measured{false};
inline bool measures_statements() noexcept {
    return statements_are_measured.load(std::memory_order_relaxed);
}

} // namespace drf_messages::metrics
