// SPDX-License-Identifier: MIT
// What a worker does with a connection.
#include "server/connection.hpp"

#include <boost/asio/post.hpp>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <exception>
#include <string_view>
#include <utility>

namespace drf_messages::server {

/// The last thing that a worker does with the connection.
template<class Step>
void Connection::leave_to_reactor(Step step) {
    asio::post(reactor_.context(), [self = shared_from_this(), step] {
        if (self->cut_) {
            return;
        }
        self->adopt();
        if (self->state_ != State::closed) {
            step(*self);
        }
    });
}

void Connection::leave_input_to_reactor(Input input) {
    leave_to_reactor([input](Connection& self) { self.on_input(input); });
}

void Connection::serve(std::shared_ptr<Connection> self) {
    // What throws does so before the connection is handed on: memory for a request ran out, or for
    // the message to the reactor.
    try {
        self->serve_requests();
    } catch (const std::exception& error) {
        self->log(LogLevel::error, std::string("server: ") + error.what());
        self->leave_to_reactor([](Connection& failed) { failed.close(); });
    }
}

void Connection::serve_requests() {
    Input input = Input::complete;
    if (state_ == State::handling) {
        set_deadline(SteadyClock::time_point::max());
    } else if (!receive(input)) {
        return leave_to_reactor([](Connection& gone) { gone.close(); });
    }
    while (input == Input::complete && serve_request()) {
        input = input_.empty() ? Input::nothing : take_input();
    }
    switch (input) {
    case Input::complete:
        return; // the reactor has it
    case Input::nothing:
        return park();
    case Input::refused:
    case Input::incomplete:
        return leave_input_to_reactor(input);
    }
}

bool Connection::serve_request() {
    answer();
    const auto line = shared_.options.access_log ? log_line() : std::string();
    state_ = State::writing;
    set_deadline(SteadyClock::now() + shared_.options.write_timeout);
    std::size_t sent = 0;
    const bool all = send(sent);
    const bool again = all && framing_.keep_alive && !shared_.draining;
    if (again) {
        await_request();
    } else if (all) {
        leave_to_reactor([](Connection& self) { self.linger(); });
    } else {
        leave_to_reactor([sent](Connection& self) { self.write_answer(sent); });
    }
    // last: the client need not wait for the log
    log(LogLevel::info, line);
    return again;
}

bool Connection::receive(Input& input) {
    const auto room = input_.room();
    const auto count = ::recv(fd_, room.data(), room.size(), MSG_DONTWAIT);
    if (count > 0) {
        input_.commit(static_cast<std::size_t>(count));
        input = take_input();
        return true;
    }
    input = Input::nothing;
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

bool Connection::send(std::size_t& sent) {
    const std::string_view body = framing_.with_body ? response_.body : std::string_view();
    const auto part = [](std::string_view bytes) {
        return iovec{const_cast<char*>(bytes.data()), bytes.size()};
    };
    std::array<iovec, 3> parts = {part(head_), part(body), part(framing_.tail)};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    const auto count = ::sendmsg(fd_, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    sent = count > 0 ? static_cast<std::size_t>(count) : 0;
    return sent == head_.size() + body.size() + framing_.tail.size();
}

void Connection::park() {
    if (!wait_for_worker()) {
        return leave_to_reactor([](Connection& self) { self.close(); });
    }
    if (shared_.draining) {
        // The drain may have come by while the connection was here.
        asio::post(reactor_.context(), [self = shared_from_this()] { self->drain(); });
    }
}

void Connection::read_for_workers(std::shared_ptr<Connection> self) {
    self->leave_to_reactor([](Connection& connection) {
        if (connection.state_ == State::handling) {
            connection.release();
        } else {
            connection.read();
        }
    });
}

} // namespace drf_messages::server
