// SPDX-License-Identifier: MIT
#pragma once

#include "server/places.hpp"
#include "server/seldom.hpp"
#include "server/shared.hpp"
#include "server/stream_set.hpp"
#include "server/waiting.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace drf_messages::server {

namespace asio = boost::asio;

using Executor = asio::io_context::executor_type;
/// TCP or Unix, and without the indirect calls of any_io_executor.
using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, Executor>;

class Connection;

/// One I/O thread: its connections belong to it alone, so nothing in them is locked. Everything
/// here but context() and run() is for that thread.
class Reactor {
public:
    explicit Reactor(Shared& shared);

    asio::io_context& context() noexcept { return context_; }
    /// Serves until the drain is over.
    void run();
    /// The thread gives a sign of life; from any thread, as the next one.
    void ask_for_life();
    bool is_alive() const noexcept { return lives_.load(std::memory_order_acquire); }

    /// Takes in a new connection, with a place or a spare one; closes it when there is neither.
    void admit(const std::shared_ptr<Connection>& connection);
    /// Gives it a place, if need be that of the one that has waited longest for its client; false
    /// when none of them waits for its client. Those of other reactors make room later.
    bool find_place(Connection& connection);
    /// Lets it ask again in a moment, by which a worker may have sent what it is at; false when too
    /// many do so.
    bool let_wait_for_place(std::shared_ptr<Connection> connection);
    /// Closes the connection with such a place that has waited longest for its client: between two
    /// requests if there is one, otherwise in the middle of a request or an answer.
    /// - before: those that have waited since then or later stay.
    bool make_room(
        const Places& places, SteadyClock::time_point before = SteadyClock::time_point::max()
    );

    /// An answer of one of its connections has so many bytes that its client has not taken at once.
    void count_answer(std::size_t before, std::size_t now) noexcept;
    /// Closes those whose clients have been taking their answers, or a piece of a stream, for
    /// longest, but for the newest, as long as all here take more memory than this reactor's share.
    /// - newest_stream: in its place.
    void end_slow_answers(const Connection* newest, std::uint64_t newest_stream = 0);

    /// Those of its connections that only listen to a stream.
    StreamSet& streams() noexcept { return streams_; }

    void add(std::shared_ptr<Connection> connection);
    void remove(Connection& connection);

    /// Closes idle connections, lets the others finish until the deadline.
    void drain(SteadyClock::time_point deadline);

private:
    /// One that may make room, unless it has gone on since.
    struct Candidate {
        const Connection* connection; ///< a key of connections_, perhaps of before
        Waiting waiting;
    };
    /// Those that may make room next, from the last one to the first.
    struct Candidates {
        std::vector<Candidate> all;
        SteadyClock::time_point found_at;
    };

    void take_back(int descriptor);
    void stop_when_drained();
    Candidates find_candidates(const Places& places) const;
    std::shared_ptr<Connection> find_slowest_answer(const Connection* newest) const;
    void schedule_sweep();
    void sweep();
    void look_after_waiting();

    Shared& shared_;
    std::atomic<bool> lives_{false}; ///< since it was asked
    asio::io_context context_{1};
    asio::executor_work_guard<Executor> work_;
    asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, Executor> timer_;
    SteadyClock::duration tick_;
    std::unordered_map<const Connection*, std::shared_ptr<Connection>> connections_;
    StreamSet streams_;
    std::unordered_map<const Places*, Candidates> candidates_;
    Seldom full_;
    SteadyClock::time_point next_search_ = SteadyClock::time_point::min(); ///< for a place
    std::size_t answers_under_way_ = 0; ///< bytes that clients have not taken at once
    Seldom full_of_answers_;
    std::vector<std::shared_ptr<Connection>> expired_;
    std::vector<std::shared_ptr<Connection>> waiting_for_place_;
    std::optional<SteadyClock::time_point> drain_deadline_;
};

} // namespace drf_messages::server
