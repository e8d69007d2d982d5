// SPDX-License-Identifier: MIT
#include "sql/postgresql/heavy_statements.hpp"

#include <functional>

namespace drf_messages::sql::postgresql {

namespace {

constexpr std::size_t large_from_bytes = 256 * 1024;
/// The table may have been cold, or the user with the many messages an exception.
constexpr std::chrono::seconds remembered_for{30};
constexpr std::size_t most_remembered = 512;

} // namespace

bool HeavyStatements::contains(std::string_view text) {
    if (!any_.load(std::memory_order_relaxed)) {
        return false;
    }
    const std::size_t hash = std::hash<std::string_view>()(text);
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    const auto entry = until_.find(hash);
    if (entry == until_.end() || entry->second > now) {
        return entry != until_.end();
    }
    until_.erase(entry);
    any_.store(!until_.empty(), std::memory_order_relaxed);
    return false;
}

void HeavyStatements::note(const PipelineCall& call) {
    const bool large =
        call.result && libpq().PQresultMemorySize(call.result.get()) >= large_from_bytes;
    if (large || call.took >= slow_) {
        add(call.text);
    }
}

void HeavyStatements::add(std::string_view text) {
    const std::size_t hash = std::hash<std::string_view>()(text);
    const auto until = std::chrono::steady_clock::now() + remembered_for;
    const std::lock_guard lock(mutex_);
    if (until_.size() >= most_remembered) {
        until_.clear();
    }
    until_[hash] = until;
    any_.store(true, std::memory_order_relaxed);
}

} // namespace drf_messages::sql::postgresql
