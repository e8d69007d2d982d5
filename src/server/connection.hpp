// SPDX-License-Identifier: MIT
#pragma once

#include "server/bind_address.hpp"
#include "server/conversation.hpp"
#include "server/places.hpp"
#include "server/reactor.hpp"
#include "server/ready_set.hpp"
#include "server/stream_waker.hpp"
#include "server/waiting.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace drf_messages::server {

/// One client's socket and who has it; what is said on it is its Conversation's.
///
/// Between requests it is parked, and a worker that finds bytes of the client reads, answers and
/// writes by itself. What does not go through at once (a request that arrives in pieces, an answer
/// that the client takes slowly, a stream, the end) is left to the reactor, which waits for it in
/// its thread.
/// It belongs to one of them at a time; the descriptor is closed by the reactor alone.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    /// - local, peer: the two ends of the socket
    Connection(
        Shared& shared, Reactor& reactor, Socket socket, const Endpoint& local, const Endpoint& peer
    );
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    /// Never used again by another one.
    std::uint64_t id() const noexcept { return id_; }
    Parking& parking() noexcept { return parking_; }

    /// Takes a place, and gives back the one that it had; false when none is free.
    bool take_place(Places& places) noexcept;
    bool has_place(const Places& places) const noexcept { return place_ == &places; }
    /// Begins to wait for a request; with a spare place for an urgent one: any other is answered
    /// 503 unless a place becomes free.
    void start();
    /// After Reactor::let_wait_for_place().
    void ask_again_for_place();

    /// From any thread.
    Waiting waiting() const noexcept {
        return Waiting::from_number(waiting_.load(std::memory_order_relaxed));
    }
    /// Closes in favour of another one; false when it does not wait for its client.
    bool make_room();
    /// Of an answer that the client has not taken at once; 0: there is none. For the reactor.
    std::size_t answer_bytes() const noexcept { return answer_bytes_; }
    /// For whoever has it.
    bool has_next_turn() const noexcept { return conversation_.has_next_request(); }

    /// When on_deadline() is due.
    SteadyClock::time_point deadline() const noexcept {
        return SteadyClock::time_point(
            SteadyClock::duration(deadline_.load(std::memory_order_relaxed))
        );
    }
    /// Time is over for what the connection waits for: 408 in the middle of a request, otherwise it
    /// is closed.
    void on_deadline();
    /// Closes unless a request is under way; that one's answer will be the last. A stream has its
    /// last words.
    void drain();
    /// The stream of the answer has news.
    void on_wake();
    /// Ends it, also where a worker has it.
    void cut();

    /// What a worker's thread does with a connection that it has taken.
    static void serve(std::shared_ptr<Connection> self);
    /// Taken, but not by a worker, since they are all busy: the reactor reads, so that what is
    /// urgent is found.
    static void read_for_workers(std::shared_ptr<Connection> self);
    /// Runs the handler for an urgent request; on the thread for those.
    static void handle(std::shared_ptr<Connection> self);

private:
    /// Whose it is, as the reactor's thread knows it.
    enum class Holder {
        reactor,
        workers, ///< one of them, or it waits for one
        urgent_worker,
        cut_worker ///< a worker, and the reactor takes it back no more
    };

    void set_deadline(SteadyClock::time_point deadline) noexcept {
        deadline_.store(deadline.time_since_epoch().count(), std::memory_order_relaxed);
    }
    void give_place_back() noexcept;
    void set_waiting(Waiting waiting) noexcept {
        waiting_.store(waiting.number(), std::memory_order_relaxed);
    }
    void await(
        Waiting::For what, SteadyClock::time_point since, std::chrono::milliseconds most
    ) noexcept;
    void begin(Timeout timeout) noexcept;
    void await_turn() noexcept;
    Decision answer();
    std::string take_log_line();
    void write_log_line(const std::string& line) const noexcept;
    void log(LogLevel level, const std::string& line) const noexcept;
    void log_answer() noexcept;
    void end_answer() noexcept;
    bool wait_for_worker();
    bool is_urgent() const;
    bool takes_answers() const;
    bool has_unread_request() const;

    // ---- the worker's
    void serve_request();
    Decision receive();
    bool send(); ///< whether the whole answer went out
    void leave(Decision next);
    void leave_to_reactor(Decision next);
    void park();

    // ---- the reactor's
    bool is_closed() const noexcept { return fd_ < 0; }
    bool claim(); ///< whether the reactor has it, if need be from those that wait for a worker
    bool may_park() const noexcept;
    bool adopt(); ///< what a worker leaves; false when it is closed or cut
    void go_on(Decision next);
    template<class Event>
    void proceed(Event event); ///< after an event, in which a stream may have its say
    void hand_over();          ///< the request, to whoever runs the handler
    void turn_away();          ///< the request, since there is no place
    void release();            ///< lets it wait for a worker
    void read();
    void on_read(const boost::system::error_code& ec, std::size_t count);
    void on_readable();
    void write();
    void count_answer(std::size_t bytes) noexcept;
    void stream();
    bool hand_stream_over();
    void disarm_waker();
    void linger();
    void close();

    Shared& shared_;
    Reactor& reactor_;
    Socket socket_; ///< open while the reactor has the connection
    Socket::protocol_type protocol_;
    int fd_ = -1; ///< open until the end, whoever has it
    std::uint64_t id_;
    Places* place_ = nullptr; ///< one of these is taken
    Parking parking_;
    Holder holder_ = Holder::reactor;
    bool reading_ = false;               ///< the reactor waits for bytes
    std::shared_ptr<StreamWaker> waker_; ///< while a stream is under way
    std::atomic<SteadyClock::rep> deadline_{0};
    std::atomic<std::int64_t> waiting_{Waiting().number()};
    std::size_t answer_bytes_ = 0; ///< that the reactor has counted
    std::optional<SteadyClock::time_point> linger_end_;
    Conversation conversation_; ///< for whoever has the connection
};

} // namespace drf_messages::server
