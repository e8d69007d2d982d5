// SPDX-License-Identifier: MIT
#pragma once

#include "server/answer.hpp"
#include "server/input_buffer.hpp"
#include "server/reactor.hpp"
#include "server/ready_set.hpp"
#include "server/request_reader.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace drf_messages::server {

/// One client's connection: reads a request, answers it, reads the next.
///
/// Between requests it is parked, and a worker that finds bytes of the client does all of that by
/// itself. What does not go through at once (a request that arrives in pieces, an answer that the
/// client takes slowly, the end) is left to the reactor, which waits for it in its thread. It
/// belongs to one of the two at a time; the descriptor is closed by the reactor alone.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(Shared& shared, Reactor& reactor, Socket socket, std::string remote_address);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    /// Never used again by another one.
    std::uint64_t id() const noexcept { return id_; }
    Parking& parking() noexcept { return parking_; }

    /// Begins to wait for a request.
    void start();
    /// Answers 503 without reading, and closes: the server has all the connections it wants.
    void turn_away();

    /// When on_deadline() is due.
    SteadyClock::time_point deadline() const noexcept {
        return SteadyClock::time_point(
            SteadyClock::duration(deadline_.load(std::memory_order_relaxed))
        );
    }
    /// Time is over for what the connection waits for: 408 in the middle of a request, otherwise it
    /// is closed.
    void on_deadline();
    /// Closes unless a request is under way; that one's answer will be the last.
    void drain();
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
    enum class State { idle, header, body, handling, writing, lingering, closed };
    enum class Input { nothing, incomplete, refused, complete };

    bool enter();
    void set_deadline(SteadyClock::time_point deadline) noexcept {
        deadline_.store(deadline.time_since_epoch().count(), std::memory_order_relaxed);
    }
    void await_request() noexcept;
    Input take_input();
    void answer();
    std::string log_line() const;
    void log(LogLevel level, const std::string& line) const noexcept;
    bool wait_for_worker();
    bool takes_answers() const;

    // ---- the worker's
    void serve_requests();
    bool serve_request();         ///< whether another one may follow
    bool receive(Input& input);   ///< false when the client has gone
    bool send(std::size_t& sent); ///< whether the whole answer went out
    void park();
    template<class Step>
    void leave_to_reactor(Step step);
    void leave_input_to_reactor(Input input);

    // ---- the reactor's
    bool claim();   ///< whether the reactor has it, if need be from those that wait for a worker
    void adopt();   ///< lets the reactor wait for the socket
    void release(); ///< lets it wait for a worker
    void close();
    void read();
    void on_read(const boost::system::error_code& ec, std::size_t count);
    void use_input();
    void on_input(Input input);
    void await_more();
    void send_continue();
    void refuse(int status);
    void write_answer(std::size_t sent);
    void on_written(const boost::system::error_code& ec);
    void linger();
    void linger_on();

    Shared& shared_;
    Reactor& reactor_;
    Socket socket_; ///< open while the reactor has the connection
    Socket::protocol_type protocol_{0, 0};
    int fd_ = -1; ///< open until the end, whoever has it
    std::uint64_t id_;
    Parking parking_;
    bool on_reactor_ = true; ///< for the reactor's thread: whether it has the connection
    bool cut_ = false;       ///< the same
    State state_ = State::idle;
    bool reading_ = false;
    bool writing_ = false;
    std::atomic<SteadyClock::rep> deadline_{0};
    SteadyClock::time_point began_; ///< first byte of the request
    SteadyClock::time_point linger_end_;
    InputBuffer input_;
    RequestReader reader_;
    http::Request request_;
    http::Response response_;
    std::string head_;
    Framing framing_;
};

} // namespace drf_messages::server
