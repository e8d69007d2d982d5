// SPDX-License-Identifier: MIT
#pragma once

#include "base/per_process.hpp"
#include "django/password_hasher.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace drf_messages::django {

/// Makes all refusals of a site take the same time, whether somebody has the name or not and
/// whatever hash is stored: that of the most expensive hash that is known, be it one that a listed
/// hasher makes or one that a row holds. Thread safe.
///
/// Times are processor times of the thread, which another load of the machine makes no longer. Each
/// kind of hash is measured, first by computing it and then each time it is computed for somebody.
/// Who has no hash gets the most expensive one computed; after a cheaper one what is missing is
/// spent in small steps.
class RefusalTime {
public:
    using Time = std::chrono::nanoseconds;

    /// What it computes with; a test has its own.
    struct Machine {
        std::function<Time()> now;  ///< of this thread
        std::function<void()> step; ///< takes some microseconds
        Time shortest{0};           ///< less than that is not worth a step
    };

    using Hashers = std::vector<std::unique_ptr<const PasswordHasher>>;

    /// The hashers must outlive it.
    explicit RefusalTime(const Hashers& hashers, Machine machine = this_machine());
    ~RefusalTime();

    /// A row has been seen that holds this hash.
    void learn(const PasswordHasher& hasher, std::string_view encoded);
    /// Whether nobody has said has_rows() in this process.
    bool wants_rows() const;
    /// The rows that are known from the start have been learned.
    void has_rows();

    /// A password on its way to being refused, from the moment on when it begins to be checked.
    class Attempt {
    public:
        Attempt(RefusalTime& times, std::string_view password)
            : times_(times), password_(password), began_(times.machine_.now()) {}

        /// Spends what is missing.
        /// - hasher: null when nothing was computed; else it has verified `encoded`.
        void refuse(const PasswordHasher* hasher, std::string_view encoded) const;

    private:
        RefusalTime& times_;
        std::string_view password_;
        Time began_;
    };

private:
    class Known;
    struct Kind;

    static Machine this_machine();
    Time compute(const Kind& kind, std::string_view password) const;
    /// Each kind once, and the longest as often as it takes to have so many measurements of it.
    void measure(std::size_t of_longest);

    Machine machine_;
    std::unique_ptr<PerProcess<Known>> known_;
};

} // namespace drf_messages::django
