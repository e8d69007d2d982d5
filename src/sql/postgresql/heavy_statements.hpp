// SPDX-License-Identifier: MIT
#pragma once

#include "sql/postgresql/pipeline_wire.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace drf_messages::sql::postgresql {

/// Statements that were slow, or whose answer was large, a short time ago. They do not travel with
/// others, who would have to wait behind them. Thread safe.
class HeavyStatements {
public:
    explicit HeavyStatements(std::chrono::milliseconds slow) : slow_(slow) {}

    bool contains(std::string_view text);

    /// Remembers the call's text, if it was heavy.
    void note(const PipelineCall& call);

    void add(std::string_view text);

private:
    const std::chrono::milliseconds slow_;
    std::atomic<bool> any_{false};
    std::mutex mutex_;
    std::unordered_map<std::size_t, std::chrono::steady_clock::time_point> until_;
};

} // namespace drf_messages::sql::postgresql
