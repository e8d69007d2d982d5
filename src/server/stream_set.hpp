// SPDX-License-Identifier: MIT
#pragma once

#include "http/message.hpp"
#include "server/conversation.hpp"
#include "server/shared.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

namespace drf_messages::server {

namespace asio = boost::asio;

/// The streams of a reactor, for which a Connection would be too large: of an idle one there is its
/// descriptor and what the access log will tell. Each ends with its client, with its stream, or
/// when the client has not taken a piece within ServerOptions::write_timeout. What the client sends
/// meanwhile stays in the socket.
///
/// All of it is for the reactor's thread.
class StreamSet {
public:
    /// Takes back a connection whose stream has ended, and which may bring another request.
    using ComeBack = std::function<void(int descriptor)>;
    /// The client of this stream does not take at once what is sent to it.
    using Stall = std::function<void(std::uint64_t id)>;

    StreamSet(asio::io_context& context, Shared& shared, ComeBack come_back, Stall stall);
    StreamSet(const StreamSet&) = delete;
    StreamSet& operator=(const StreamSet&) = delete;
    ~StreamSet();

    /// Takes a place for one more; false when there is none, and then it stays a Connection.
    bool take_place() noexcept { return shared_.stream_places.take(); }
    /// Goes on with a stream whose head is written, and which has a place.
    /// - descriptor: of the socket, which is closed here.
    void add(int descriptor, HandedStream handed);

    bool is_empty() const noexcept { return entries_.empty(); }
    /// What clients have not taken at once, all together.
    std::size_t untaken_bytes() const noexcept { return untaken_bytes_; }
    /// The stream whose client has been taking a piece for longest, and since when; absent: none.
    /// - but: not this one.
    std::optional<std::pair<std::uint64_t, std::chrono::steady_clock::time_point>>
    slowest(std::uint64_t but) const;
    void close(std::uint64_t id);

    /// Closes those that have not taken a piece in time.
    void sweep(std::chrono::steady_clock::time_point now);
    /// Each has its last words.
    void drain();
    /// Ends all at once.
    void cut();

private:
    using Time = std::chrono::steady_clock::time_point;
    class Wakes;
    struct Waker;
    struct Entry {
        int descriptor;
        HandedStream handed;
        std::shared_ptr<Waker> waker;
        std::string out{}; ///< what the client has not taken, from `sent` on
        std::size_t sent = 0;
        std::size_t body_bytes = 0;
        Time deadline = Time::max(); ///< by which the client has to have taken something
        bool is_told = false;        ///< that the server ends
        bool is_ending = false;      ///< `out` is the last
        bool is_lingering = false;   ///< all is said; waits for the client to take it
    };

    void wait();
    void look();
    void on_event(std::uint64_t id, std::uint32_t events);
    void on_wake(std::uint64_t id);
    void ask(std::uint64_t id);
    bool send(std::uint64_t id, Entry& entry);
    void set_deadline(std::uint64_t id, Entry& entry, Time deadline);
    void end(std::uint64_t id, Entry& entry);
    void finish(std::uint64_t id);
    void discard(std::uint64_t id, Entry& entry);
    void tell(const Entry& entry) const noexcept;

    asio::io_context& context_;
    Shared& shared_;
    const ComeBack come_back_;
    const Stall stall_;
    asio::posix::basic_stream_descriptor<asio::io_context::executor_type> epoll_;
    std::uint64_t last_id_ = 0;
    std::unordered_map<std::uint64_t, Entry> entries_;
    std::set<std::pair<Time, std::uint64_t>> deadlines_; ///< of those that have one
    std::size_t untaken_bytes_ = 0;
    bool is_waiting_ = false;
    const std::shared_ptr<Wakes> wakes_;
};

} // namespace drf_messages::server
