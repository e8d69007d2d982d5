// SPDX-License-Identifier: MIT
#pragma once

#include "sql/error.hpp"

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace drf_messages::cli {

/// The way of a server from its first look at the database to the open site, on a thread of its
/// own: the server answers /healthz meanwhile. A database that is not there yet is waited for.
class Opening {
public:
    /// What `migrate` tells, where there is something to do, before it waits for others that are at
    /// it, and before each thing that it `writes`. Throws where it is to end there.
    using Begin = std::function<void(bool writes)>;
    using Migrate = std::function<void(const Begin& begin)>;

    struct Steps {
        /// Throws sql::Error while the database cannot be reached.
        std::function<void()> reach;
        Migrate migrate; ///< empty: is not wanted
        std::function<void()> open;
        /// Whether an error of `reach`, or of a step behind it, is worth another attempt; any other
        /// exception is not.
        std::function<bool(const sql::Error&, bool is_reached)> may_pass;
        /// Told before each further attempt.
        std::function<void(const sql::Error&)> wait;
        /// Told when there is no further attempt, after an exception.
        std::function<void()> give_up;
    };

    explicit Opening(Steps steps);
    /// Waits for the step under way.
    ~Opening();
    Opening(const Opening&) = delete;
    Opening& operator=(const Opening&) = delete;

    /// Returns when the site is open or that will take longer: the database is waited for or
    /// migrated. Throws what a step has thrown.
    void start();
    /// No further step is begun. From any thread.
    void stop();
    /// Whether the step that stop() has left is one that may be cut: nothing is written in it.
    bool may_be_cut() const;
    /// Throws what a step has thrown.
    void rethrow() const;

private:
    enum class Phase { reaching, waiting, queueing, migrating, opening, over };

    void run();
    bool attempt();
    void enter(Phase phase);

    const Steps steps_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Phase phase_ = Phase::reaching;
    bool takes_longer_ = false;
    bool stopped_ = false;
    std::exception_ptr failure_;
    std::thread thread_;
};

} // namespace drf_messages::cli
