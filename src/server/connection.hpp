// SPDX-License-Identifier: MIT
#pragma once

#include "server/answer.hpp"
#include "server/input_buffer.hpp"
#include "server/reactor.hpp"
#include "server/request_reader.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace drf_messages::server {

/// One client's connection: reads a request, has a worker answer it, writes the answer, reads the
/// next. It belongs to its reactor's thread, except between the hand-over to a worker and the
/// worker's post back.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(Shared& shared, Reactor& reactor, Socket socket, std::string remote_address);

    /// Begins to read.
    void start();
    /// Answers 503 without reading, and closes: the server has all the connections it wants.
    void turn_away();

    /// When on_deadline() is due.
    SteadyClock::time_point deadline() const noexcept { return deadline_; }
    /// Time is over for what the connection waits for: 408 in the middle of a request, otherwise it
    /// is closed.
    void on_deadline();
    /// Closes unless a request is under way; that one's answer will be the last.
    void drain();
    void close();

    /// Runs the handler; on a worker's thread.
    static void handle(std::shared_ptr<Connection> self);

private:
    enum class State { idle, header, body, handling, writing, lingering, closed };

    bool enter();
    void read();
    void on_read(const boost::system::error_code& ec, std::size_t count);
    void use_input();
    void await_more();
    void send_continue();
    void refuse(int status);
    void write_answer();
    void on_written(const boost::system::error_code& ec);
    void linger();
    void prepare_head();
    std::string log_line() const;

    Shared& shared_;
    Reactor& reactor_;
    Socket socket_;
    State state_ = State::idle;
    bool reading_ = false;
    bool writing_ = false;
    SteadyClock::time_point deadline_;
    SteadyClock::time_point began_; ///< first byte of the request
    InputBuffer input_;
    RequestReader reader_;
    http::Request request_;
    http::Response response_;
    std::string head_;
    Framing framing_;
};

} // namespace drf_messages::server
