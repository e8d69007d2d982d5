// SPDX-License-Identifier: MIT
#pragma once

#include "base/per_process.hpp"
#include "sql/pool.hpp"
#include "store/feed.hpp"

#include <drf_messages/log.hpp>
#include <drf_messages/message_state.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace drf_messages::live {

/// Ends something with its life; an empty one ends nothing.
using Lease = std::shared_ptr<void>;

/// Follows the history of the messages on a thread of its own, numbers what is new, and tells its
/// listeners. Each process has its own: a child of fork() has no listeners until it listens itself.
/// Thread safe.
class Feed {
public:
    /// What has happened since the batch before.
    struct Batch {
        std::string epoch;
        std::span<const store::FeedRow> rows;
        bool reset = false;        ///< it is not known what: everybody lists again; no rows
        std::int64_t position = 0; ///< up to here, in this epoch
    };
    using Listener = std::function<void(const Batch&)>;
    struct Options {
        /// Connections of its own.
        sql::ConnectionFactory open;
        /// Otherwise a look gives its connection back: a database in memory has only one.
        bool keeps_connection = true;
        /// The process must have no connection open while it forks: SQLite's files.
        bool closes_before_fork = false;
        bool text_keys = false; ///< the users' keys are text
        std::chrono::milliseconds poll_interval{50};
        std::chrono::seconds history = std::chrono::hours(7 * 24);
        LogSink log = no_log();
    };

    explicit Feed(Options options);
    /// As stop().
    ~Feed();
    Feed(const Feed&) = delete;
    Feed& operator=(const Feed&) = delete;

    /// Starts the thread, if nobody has. The database need not be there.
    void start();
    /// Calls `listener` on the feed's thread with all batches from now on, in order, until the
    /// lease is destroyed: what is committed after this call is among them. Destroying the lease
    /// waits for a call that is under way in another thread; it may also come from the call itself.
    /// An exception of a listener goes into the log.
    [[nodiscard]] Lease listen(Listener listener);
    /// Something was committed here. Cheap, from any thread; nothing happens if nobody listens.
    void wake() noexcept;
    /// No listener is called any more; waits for one that is, unless called by it.
    void stop() noexcept;

    /// Read last; its epoch is empty while nothing was read.
    MessageState position();
    /// How long the newest change needed, from its statement to the listeners.
    std::chrono::milliseconds delay();
    /// How many changes wait for their position.
    std::int64_t pending();

private:
    struct Running;
    PerProcess<std::shared_ptr<Running>> running_;
};

} // namespace drf_messages::live
