// SPDX-License-Identifier: MIT
#include "server/connection.hpp"

#include "server/access_log.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <exception>
#include <string_view>
#include <utility>

namespace drf_messages::server {

namespace {

using namespace std::chrono_literals;
using boost::system::error_code;

/// How long a closing connection waits for the client's next bytes or its end, and for all of them.
/// Closing with unread bytes would make TCP throw away the answer that the client has not read yet.
constexpr auto linger_silence = 2s;
constexpr auto linger_time = 10s;

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
    : shared_(shared), reactor_(reactor), socket_(std::move(socket)), fd_(socket_.native_handle()),
      id_(++shared.last_connection),
      // one byte above the limit shows that a header is too long
      input_(shared.options.header_limit_bytes + 1),
      reader_({shared.options.header_limit_bytes, shared.options.body_limit_bytes}) {
    request_.remote_address = std::move(remote_address);
    error_code ignored;
    protocol_ = socket_.local_endpoint(ignored).protocol();
}

Connection::~Connection() {
    if (fd_ >= 0 && !socket_.is_open()) {
        ::close(fd_);
    }
}

bool Connection::enter() {
    await_request();
    reactor_.add(shared_from_this());
    if (shared_.draining) {
        close();
        return false;
    }
    return true;
}

void Connection::start() {
    if (enter()) {
        release();
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

void Connection::await_request() noexcept {
    state_ = State::idle;
    set_deadline(SteadyClock::now() + shared_.options.keep_alive_timeout);
}

/// What the bytes at hand are the next request's, or its rest's.
Connection::Input Connection::take_input() {
    if (state_ == State::idle) {
        // empty lines before a request line are to be ignored (RFC 9112, 2.2)
        const auto bytes = input_.bytes();
        input_.consume(std::min(bytes.find_first_not_of("\r\n"), bytes.size()));
        if (input_.empty()) {
            return Input::nothing;
        }
        state_ = State::header;
        began_ = SteadyClock::now();
        set_deadline(began_ + shared_.options.header_timeout);
        reader_.start(request_);
    }
    std::size_t consumed = 0;
    const auto progress = reader_.feed(input_.bytes(), consumed);
    input_.consume(consumed);
    switch (progress) {
    case RequestReader::Progress::failed:
        return Input::refused;
    case RequestReader::Progress::need_more:
        return Input::incomplete;
    case RequestReader::Progress::complete:
        break;
    }
    state_ = State::handling;
    set_deadline(SteadyClock::time_point::max());
    return Input::complete;
}

/// Runs the handler.
void Connection::answer() {
    response_ = run_handler(shared_.handler, request_, shared_.log);
    AnswerTo to;
    to.head = request_.method == "HEAD";
    to.http11 = reader_.is_http11();
    to.keep_alive = reader_.keep_alive() && !shared_.draining;
    framing_ = write_head(head_, response_, to);
}

void Connection::log(LogLevel level, const std::string& line) const noexcept {
    try {
        if (!line.empty()) {
            shared_.log(level, line);
        }
    } catch (...) {
        // The answer is out; there is nobody else to tell.
    }
}

bool Connection::claim() {
    on_reactor_ = !cut_ && (on_reactor_ || shared_.workers.ready().take_back(*this));
    return on_reactor_;
}

void Connection::adopt() {
    on_reactor_ = true;
    if (!socket_.is_open()) {
        error_code ec;
        socket_.assign(protocol_, fd_, ec);
        if (ec) {
            close();
        }
    }
}

void Connection::release() {
    error_code ignored;
    if (socket_.is_open()) {
        socket_.release(ignored);
    }
    on_reactor_ = false;
    if (state_ == State::handling) {
        set_deadline(SteadyClock::now() + shared_.options.write_timeout);
    }
    if (!wait_for_worker()) {
        on_reactor_ = true;
        close();
    }
}

bool Connection::takes_answers() const {
    pollfd socket{fd_, POLLOUT, 0};
    return ::poll(&socket, 1, 0) == 1 && (socket.revents & POLLOUT) != 0 &&
           (socket.revents & (POLLERR | POLLHUP)) == 0;
}

bool Connection::wait_for_worker() {
    const auto wait = state_ == State::handling ? ReadySet::Wait::turn : ReadySet::Wait::request;
    return shared_.workers.ready().park(shared_from_this(), fd_, wait);
}

void Connection::on_deadline() {
    if (!claim()) {
        return;
    }
    // A turn comes only while the client takes what was sent before; what it waits for otherwise is
    // a worker.
    if (state_ == State::handling && takes_answers()) {
        return release();
    }
    const bool in_request = state_ == State::header || state_ == State::body;
    // a "100 Continue" that the client does not take leaves no place for another answer
    if (in_request && !writing_) {
        refuse(408);
    } else {
        close();
    }
}

void Connection::drain() {
    if (!claim() || state_ == State::closed) {
        return;
    }
    int available = 0;
    const bool idle = state_ == State::idle && input_.empty();
    // what has arrived already is a request under way
    if (idle && (::ioctl(fd_, FIONREAD, &available) != 0 || available == 0)) {
        close();
    } else if (!socket_.is_open()) {
        release();
    }
}

void Connection::cut() {
    if (claim()) {
        return close();
    }
    // A worker has it; the descriptor must stay what it is until the worker is done.
    cut_ = true;
    ::shutdown(fd_, SHUT_RDWR);
    --shared_.connections;
    reactor_.remove(*this);
}

void Connection::close() {
    if (state_ == State::closed) {
        return;
    }
    state_ = State::closed;
    shared_.workers.ready().forget(*this);
    if (socket_.is_open()) {
        error_code ignored;
        socket_.close(ignored);
    } else {
        ::close(fd_);
    }
    fd_ = -1;
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
        return linger_on();
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
    on_input(take_input());
}

void Connection::on_input(Input input) {
    switch (input) {
    case Input::nothing:
        return release();
    case Input::refused:
        return refuse(reader_.error_status());
    case Input::incomplete:
        return await_more();
    case Input::complete:
        break;
    }
    const auto& is_urgent = shared_.options.is_urgent;
    if (is_urgent && is_urgent(request_)) {
        shared_.urgent_worker.push(shared_from_this());
    } else {
        release();
    }
}

void Connection::await_more() {
    if (state_ == State::header && reader_.header_done()) {
        state_ = State::body;
        set_deadline(SteadyClock::now() + shared_.options.body_timeout);
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
    self->answer();
    const auto& shared = self->shared_;
    const auto line = shared.options.access_log ? self->log_line() : std::string();
    asio::post(self->reactor_.context(), [self] { self->write_answer(0); });
    if (!line.empty()) {
        shared.log(LogLevel::info, line);
    }
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
    write_answer(0);
}

void Connection::write_answer(std::size_t sent) {
    if (state_ == State::closed) {
        return;
    }
    state_ = State::writing;
    set_deadline(SteadyClock::now() + shared_.options.write_timeout);
    const std::string_view body = framing_.with_body ? response_.body : std::string_view();
    std::array<asio::const_buffer, 3> parts = {
        asio::buffer(head_),
        asio::buffer(body.data(), body.size()),
        asio::buffer(framing_.tail.data(), framing_.tail.size())};
    for (asio::const_buffer& part : parts) {
        const std::size_t gone = std::min(sent, part.size());
        part += gone;
        sent -= gone;
    }
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
    await_request();
    use_input();
}

void Connection::linger() {
    error_code ec;
    socket_.shutdown(Socket::shutdown_send, ec);
    if (ec) {
        return close();
    }
    state_ = State::lingering;
    linger_end_ = SteadyClock::now() + linger_time;
    linger_on();
}

void Connection::linger_on() {
    set_deadline(std::min(SteadyClock::now() + linger_silence, linger_end_));
    input_.clear();
    if (!reading_) {
        read();
    }
}

} // namespace drf_messages::server
