// SPDX-License-Identifier: MIT
#include "server/connection.hpp"

#include "server/access_log.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <string_view>
#include <utility>

namespace drf_messages::server {

namespace {

using namespace std::chrono_literals;
using boost::system::error_code;

/// How long a closing connection waits for the client's end. Closing with unread bytes would make
/// TCP throw away the answer that the client has not read yet.
constexpr auto linger_time = 2s;

constexpr std::string_view continue_answer = "HTTP/1.1 100 Continue\r\n\r\n";

http::Response
run_handler(const http::Handler& handler, const http::Request& request, const LogSink& log) {
    std::string failure;
    try {
        auto response = handler(request);
        if (response.status >= 200 && response.status <= 999) {
            return response;
        }
        failure = "not a final status: " + std::to_string(response.status);
    } catch (const std::exception& error) {
        failure = error.what();
    } catch (...) {
        failure = "unknown exception";
    }
    log(LogLevel::error, "server: the handler failed: " + failure);
    return plain_answer(500);
}

} // namespace

Connection::Connection(Shared& shared, Reactor& reactor, Socket socket, std::string remote_address)
    : shared_(shared), reactor_(reactor), socket_(std::move(socket)),
      // one byte above the limit shows that a header is too long
      input_(shared.options.header_limit_bytes + 1),
      reader_({shared.options.header_limit_bytes, shared.options.body_limit_bytes}) {
    request_.remote_address = std::move(remote_address);
}

bool Connection::enter() {
    deadline_ = SteadyClock::now() + shared_.options.keep_alive_timeout;
    reactor_.add(shared_from_this());
    if (shared_.draining) {
        close();
        return false;
    }
    return true;
}

void Connection::start() {
    if (enter()) {
        read();
    }
}

void Connection::turn_away() {
    if (enter()) {
        began_ = SteadyClock::now();
        request_.method.clear();
        request_.target.clear();
        refuse(503);
    }
}

void Connection::on_deadline() {
    const bool in_request = state_ == State::header || state_ == State::body;
    // a "100 Continue" that the client does not take leaves no place for another answer
    if (in_request && !writing_) {
        refuse(408);
    } else {
        close();
    }
}

void Connection::drain() {
    error_code ec;
    // what has arrived already is a request under way
    if (state_ == State::idle && input_.empty() && socket_.available(ec) == 0) {
        close();
    }
}

void Connection::close() {
    if (state_ == State::closed) {
        return;
    }
    state_ = State::closed;
    error_code ignored;
    socket_.close(ignored);
    --shared_.connections;
    reactor_.remove(*this);
}

void Connection::read() {
    const auto room = input_.room();
    reading_ = true;
    socket_.async_read_some(
        asio::buffer(room.data(), room.size()),
        [self = shared_from_this()](const error_code& ec, std::size_t count) {
            self->on_read(ec, count);
        }
    );
}

void Connection::on_read(const error_code& ec, std::size_t count) {
    reading_ = false;
    switch (state_) {
    case State::handling:
    case State::writing:
    case State::closed:
        return; // a read that the answer to a deadline cancelled too late
    case State::lingering:
        if (ec && ec != asio::error::operation_aborted) {
            return close();
        }
        input_.clear();
        return read();
    case State::idle:
    case State::header:
    case State::body:
        break;
    }
    if (ec == asio::error::eof && state_ != State::idle) {
        return refuse(400);
    }
    if (ec) {
        return close();
    }
    input_.commit(count);
    use_input();
}

void Connection::use_input() {
    if (state_ == State::idle) {
        // empty lines before a request line are to be ignored (RFC 9112, 2.2)
        const auto bytes = input_.bytes();
        input_.consume(std::min(bytes.find_first_not_of("\r\n"), bytes.size()));
        if (input_.empty()) {
            return read();
        }
        state_ = State::header;
        began_ = SteadyClock::now();
        deadline_ = began_ + shared_.options.header_timeout;
        reader_.start(request_);
    }
    std::size_t consumed = 0;
    const auto progress = reader_.feed(input_.bytes(), consumed);
    input_.consume(consumed);
    switch (progress) {
    case RequestReader::Progress::failed:
        return refuse(reader_.error_status());
    case RequestReader::Progress::need_more:
        return await_more();
    case RequestReader::Progress::complete:
        state_ = State::handling;
        deadline_ = SteadyClock::time_point::max();
        const auto& is_urgent = shared_.options.is_urgent;
        (is_urgent && is_urgent(request_) ? shared_.urgent_worker : shared_.workers)
            .push(shared_from_this());
    }
}

void Connection::await_more() {
    if (state_ == State::header && reader_.header_done()) {
        state_ = State::body;
        deadline_ = SteadyClock::now() + shared_.options.body_timeout;
        if (reader_.expects_continue() && request_.body.empty() && input_.empty()) {
            return send_continue();
        }
    }
    if (input_.room().empty()) {
        return refuse(400); // a chunk's line, or the trailers, longer than any header may be
    }
    read();
}

void Connection::send_continue() {
    writing_ = true;
    asio::async_write(
        socket_,
        asio::buffer(continue_answer.data(), continue_answer.size()),
        [self = shared_from_this()](const error_code& ec, std::size_t) {
            self->writing_ = false;
            if (self->state_ != State::body) {
                return;
            }
            if (ec) {
                return self->close();
            }
            self->read();
        }
    );
}

void Connection::handle(std::shared_ptr<Connection> self) {
    auto& shared = self->shared_;
    self->response_ = run_handler(shared.handler, self->request_, shared.log);
    self->framing_.keep_alive = self->reader_.keep_alive() && !shared.draining;
    self->prepare_head();
    const auto line = shared.options.access_log ? self->log_line() : std::string();
    const auto executor = self->reactor_.context().get_executor();
    asio::post(executor, [self = std::move(self)] { self->write_answer(); });
    // last: the client need not wait for the log
    if (!line.empty()) {
        shared.log(LogLevel::info, line);
    }
}

void Connection::prepare_head() {
    AnswerTo to;
    to.head = request_.method == "HEAD";
    to.http11 = reader_.is_http11();
    to.keep_alive = framing_.keep_alive;
    framing_ = write_head(head_, response_, to);
}

std::string Connection::log_line() const {
    return access_line(
        request_,
        shared_.options.trust_forwarded_for,
        response_.status,
        framing_.with_body ? response_.body.size() : 0,
        SteadyClock::now() - began_
    );
}

void Connection::refuse(int status) {
    if (reading_) {
        error_code ignored;
        socket_.cancel(ignored);
    }
    response_ = plain_answer(status);
    // the request may be one that was never read: its own words on how to answer do not count
    framing_ = write_head(head_, response_, AnswerTo{});
    if (shared_.options.access_log) {
        shared_.log(LogLevel::info, log_line());
    }
    write_answer();
}

void Connection::write_answer() {
    if (state_ == State::closed) {
        return;
    }
    state_ = State::writing;
    deadline_ = SteadyClock::now() + shared_.options.write_timeout;
    const std::string_view body = framing_.with_body ? response_.body : std::string_view();
    const std::array<asio::const_buffer, 3> parts = {
        asio::buffer(head_),
        asio::buffer(body.data(), body.size()),
        asio::buffer(framing_.tail.data(), framing_.tail.size())};
    writing_ = true;
    asio::async_write(
        socket_,
        parts,
        [self = shared_from_this()](const error_code& ec, std::size_t) { self->on_written(ec); }
    );
}

void Connection::on_written(const error_code& ec) {
    writing_ = false;
    if (state_ == State::closed) {
        return;
    }
    if (ec) {
        return close();
    }
    if (!framing_.keep_alive || shared_.draining) {
        return linger();
    }
    state_ = State::idle;
    deadline_ = SteadyClock::now() + shared_.options.keep_alive_timeout;
    if (input_.empty()) {
        read();
    } else {
        use_input();
    }
}

void Connection::linger() {
    error_code ec;
    socket_.shutdown(Socket::shutdown_send, ec);
    if (ec) {
        return close();
    }
    state_ = State::lingering;
    deadline_ = SteadyClock::now() + linger_time;
    input_.clear();
    if (!reading_) {
        read();
    }
}

} // namespace drf_messages::server
