// SPDX-License-Identifier: MIT
#pragma once

#include "base/per_process.hpp"
#include "live/feed.hpp"

#include <drf_messages/ids.hpp>
#include <drf_messages/log.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace drf_messages::live {

/// Those of this process who wait for changes: streams, and requests with `?wait=`. It hears every
/// batch of the feed, tells whose users are in it, and has threads of its own for what asks the
/// database meanwhile: a http::Stream runs on the server's I/O thread and must not.
///
/// A Stream works like this: it watches its user. What it is told it hands to run(), a job that
/// asks the database, keeps what read() is to return, and calls the Stream's wake.
///
/// Thread safe. Its threads begin with the first who needs them; a child of fork() has its own.
class Hub {
    struct State;

public:
    using Job = std::function<void()>;
    using SteadyClock = std::chrono::steady_clock;

    /// Threads for jobs, each of which may have a connection of the site's pool.
    static constexpr std::size_t threads = 2;

    /// What is to be told, for as long as it lives. Destroying it waits while it is being told, but
    /// not for jobs.
    class Lease {
    public:
        Lease() = default;
        Lease(Lease&& other) noexcept;
        Lease& operator=(Lease&& other) noexcept;
        ~Lease();

    private:
        friend class Hub;
        Lease(State& state, std::function<void()> end);
        void end() noexcept;

        std::function<void()> end_; ///< empty: nothing is to be told
        std::uint64_t process_ = 0;
    };

    /// - feed: must live longer.
    Hub(Feed& feed, LogSink log);
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;
    /// Waits for jobs that run; what has not begun is dropped. All leases must be gone.
    ~Hub();

    /// Calls `changed` for every batch that has a row of the user above `after`, or that makes
    /// everybody list again; at once when such a row has been here already, of the last few
    /// thousand. So whoever watches first and asks the database then misses nothing; and with the
    /// `position()` of the feed, read before the database was asked, neither does who watches
    /// afterwards.
    /// - changed: on any thread, one call at a time; must not wait, throw, watch or end a lease. It
    ///   may call run() and a http::Stream's wake.
    [[nodiscard]] Lease
    watch(const UserId& user, std::int64_t after, std::function<void()> changed);

    /// Calls `listener` with every batch, on the feed's thread: the same rules as for `changed`.
    [[nodiscard]] Lease listen(Feed::Listener listener);

    /// Does a job on a thread of the hub, in any order; what it throws is logged. Whoever asks must
    /// be held by the job, or weakly.
    void run(Job job);
    /// The same, not before that moment.
    void run_at(SteadyClock::time_point moment, Job job);

    Feed& feed() noexcept { return feed_; }

private:
    Feed& feed_;
    LogSink log_;
    PerProcess<State> state_;
};

} // namespace drf_messages::live
