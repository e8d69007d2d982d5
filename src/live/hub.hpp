// SPDX-License-Identifier: MIT
#pragma once

#include "base/per_process.hpp"
#include "live/feed.hpp"
#include "live/job_thread.hpp"
#include "live/stream_counts.hpp"

#include <drf_messages/ids.hpp>
#include <drf_messages/log.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace drf_messages::live {

/// Those of this process who wait for changes: streams, and requests with `?wait=`. It hears every
/// batch of the feed, tells whose users are in it, and has threads of its own for what asks the
/// database meanwhile: a http::Stream runs on the server's I/O thread and must not. What one of
/// them waits for holds up none of the others.
///
/// A Stream works like this: it watches its user. What it is told it hands to run(), a job that
/// asks the database, keeps what read() is to return, and calls the Stream's wake.
///
/// Thread safe. It begins with the first who needs it; a child of fork() has its own. The leases
/// are of one process, and mean nothing in its children.
class Hub {
public:
    using Job = JobThread::Job;
    using SteadyClock = JobThread::SteadyClock;

    /// Whose thread does a job.
    enum class Lane : std::uint8_t {
        events,      ///< what is told to all: nobody is visited here
        visits,      ///< of those who are known by a session or a token
        slow_visits, ///< where a password is checked, or the application asked who it is
    };
    /// Each of them may have a connection of the site's pool.
    static constexpr std::size_t lanes = 3;

    /// - feed: must live longer.
    Hub(Feed& feed, LogSink log);
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;
    /// Waits for jobs that run; what has not begun is dropped.
    ~Hub();

    /// Calls `changed` for every batch that has a row of the user above `after`, or that makes
    /// everybody list again; at once when such a row has been here already, of the last few
    /// thousand. So whoever watches first and asks the database then misses nothing; and with the
    /// `position()` of the feed, read before the database was asked, neither does who watches
    /// afterwards.
    /// - changed: on any thread, one call at a time; must not wait, throw, watch or end a lease. It
    ///   may call run() and a http::Stream's wake.
    /// - The end of the lease waits for a call that is under way.
    [[nodiscard]] Lease
    watch(const UserId& user, std::int64_t after, std::function<void()> changed);

    /// Calls `listener` with every batch, as Feed::listen does.
    [[nodiscard]] Lease listen(Feed::Listener listener);

    /// Does a job, after those that were there before; what it throws is logged. Whoever it works
    /// for must be held by it, or weakly.
    void run(Lane lane, Job job);
    /// The same, not before that moment.
    void run_at(SteadyClock::time_point moment, Lane lane, Job job);

    /// Calls `ended` with the session cookie of whoever logs out in this process, or logs in as
    /// somebody else; the rules of watch() hold.
    [[nodiscard]] Lease at_session_end(std::function<void(std::string_view cookie)> ended);
    void tell_session_end(std::string_view cookie);

    /// A place among the streams of this process, until the lease ends; null where it has as many
    /// as it may. `of_user` says whether it is the user who has too many.
    struct Place {
        Lease lease;
        bool of_user = false;
    };
    [[nodiscard]] Place take_place(const UserId& user, std::size_t most, std::size_t most_of_user);

    const std::shared_ptr<StreamCounts>& counts() const noexcept { return counts_; }
    Feed& feed() noexcept { return feed_; }

private:
    struct State;

    State& state();

    Feed& feed_;
    LogSink log_;
    const std::shared_ptr<StreamCounts> counts_;
    PerProcess<std::shared_ptr<State>> state_;
};

} // namespace drf_messages::live
