// SPDX-License-Identifier: MIT
#pragma once

#include "base/per_process.hpp"
#include "model/rate.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace drf_messages::cache {

class Cache;

/// How many attempts at one thing may fail in any span of some time.
struct AttemptLimit {
    std::string key;
    model::Rate rate;
};

/// Attempts that have failed, and those under way, as this process has seen them. A count lives as
/// long as its time, whatever else is counted, and no clock that is set changes it. Safe to call
/// from several threads; each process counts for itself.
class Attempts {
public:
    using Now = std::function<std::chrono::steady_clock::time_point()>;

    /// - most_keys: bounds the memory. Where that many have counts, new ones are counted together
    ///   in a few groups, so that some are refused too early but none too late.
    explicit Attempts(
        Now now = std::chrono::steady_clock::now, std::size_t most_keys = usual_most_keys
    );
    Attempts(const Attempts&) = delete;
    Attempts& operator=(const Attempts&) = delete;
    ~Attempts();

    struct Count;
    /// What end() needs to know of an attempt.
    using Begun = std::vector<Count*>;

    /// Begins an attempt, or says how long none may begin. One under way counts like a failed one;
    /// where that decides, its end is waited for, though not for long.
    std::variant<Begun, std::chrono::microseconds> begin(std::span<const AttemptLimit> limits);
    /// Counts one that has begun for other processes too, in a cache that they see: Cache::count().
    /// Waits likewise. How long none may begin, if it is not counted. Throws Error.
    std::optional<std::chrono::microseconds>
    count_in(Cache& shared, const AttemptLimit& limit, std::string_view mark);
    /// Every attempt that has begun must end, once.
    void end(const Begun& begun, bool failed) noexcept;

private:
    static constexpr std::size_t usual_most_keys = 65'536;

    class Table;
    PerProcess<Table> table_;
};

} // namespace drf_messages::cache
