// SPDX-License-Identifier: MIT
#include "server/connection.hpp"

#include "server/access_log.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <span>
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

/// What the exception says that is being handled.
std::string failure_text() {
    try {
        throw;
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "unknown exception";
    }
}

http::Response
run_handler(const http::Handler& handler, const http::Request& request, const LogSink& log) {
    std::string failure;
    try {
        auto response = handler(request);
        if (response.status >= 200 && response.status <= 999) {
            return response;
        }
        failure = "not a final status: " + std::to_string(response.status);
    } catch (...) {
        failure = failure_text();
    }
    log(LogLevel::error, "server: the handler failed: " + failure);
    return plain_answer(500);
}

} // namespace

Connection::Connection(
    Shared& shared, Reactor& reactor, Socket socket, const Endpoint& local, const Endpoint& peer
)
    : shared_(shared), reactor_(reactor), socket_(std::move(socket)), protocol_(local.protocol()),
      fd_(socket_.native_handle()), id_(++shared.last_connection),
      conversation_(
          {shared.options.header_limit_bytes, shared.options.body_limit_bytes, &*shared.body_room},
          {host_text(peer), host_text(local), port_number(local)},
          shared.draining
      ) {}

Connection::~Connection() {
    // A worker's answer that the reactor did not take over, since it had cut the connection.
    end_answer();
    give_place_back();
    if (fd_ >= 0 && !socket_.is_open()) {
        ::close(fd_);
    }
}

bool Connection::take_place(Places& places) noexcept {
    if (!places.take()) {
        return false;
    }
    give_place_back();
    place_ = &places;
    return true;
}

void Connection::give_place_back() noexcept {
    if (place_) {
        std::exchange(place_, nullptr)->give_back();
    }
}

void Connection::start() {
    begin(Timeout::first);
    reactor_.add(shared_from_this());
    if (shared_.draining) {
        return close();
    }
    if (may_park()) {
        release();
    } else {
        read();
    }
}

/// While all workers are busy, nobody but the reactor would see whether the request is urgent.
bool Connection::may_park() const noexcept {
    return has_place(shared_.places) && !shared_.workers.all_busy();
}

void Connection::await(
    Waiting::For what, SteadyClock::time_point since, std::chrono::milliseconds most
) noexcept {
    set_waiting({what, since});
    set_deadline(since + most);
}

void Connection::begin(Timeout timeout) noexcept {
    const auto& options = shared_.options;
    switch (timeout) {
    case Timeout::unchanged:
        return;
    case Timeout::none:
        set_waiting(Waiting());
        return set_deadline(SteadyClock::time_point::max());
    case Timeout::first:
        return await(Waiting::For::request, SteadyClock::now(), options.header_timeout);
    case Timeout::keep_alive:
        return await(Waiting::For::request, SteadyClock::now(), options.keep_alive_timeout);
    case Timeout::header:
        return await(Waiting::For::client, conversation_.began(), options.header_timeout);
    case Timeout::body:
        return await(Waiting::For::client, SteadyClock::now(), options.body_timeout);
    case Timeout::write:
        return await(Waiting::For::client, SteadyClock::now(), options.write_timeout);
    case Timeout::linger:
        const auto now = SteadyClock::now();
        if (!linger_end_) {
            linger_end_ = now + linger_time;
            set_waiting({Waiting::For::client, now});
        }
        return set_deadline(std::min(now + linger_silence, *linger_end_));
    }
}

/// A turn comes only while the client takes what was sent before.
void Connection::await_turn() noexcept {
    await(Waiting::For::turn, SteadyClock::now(), shared_.options.write_timeout);
}

/// Runs the handler.
Decision Connection::answer() {
    conversation_.note_busy(shared_.workers.others_busy());
    return conversation_.answer(run_handler(shared_.handler, conversation_.request(), shared_.log));
}

/// The line of an answer that has none yet; empty otherwise.
std::string Connection::take_log_line() {
    const auto& options = shared_.options;
    if (!options.access_log && !options.observe) {
        return {};
    }
    const auto outcome = conversation_.take_outcome();
    if (!outcome) {
        return {};
    }
    const Answered answered{
        conversation_.request(),
        outcome->status,
        outcome->body_bytes,
        SteadyClock::now() - conversation_.began(),
        outcome->route,
        outcome->was_stream};
    if (options.observe) {
        options.observe(answered);
    }
    if (!options.access_log) {
        return {};
    }
    return options.access_log_form.line ? options.access_log_form.line(answered)
                                        : access_line(answered, options.trust_forwarded_for);
}

void Connection::write_log_line(const std::string& line) const noexcept {
    const auto& form = shared_.options.access_log_form;
    if (!form.write) {
        return log(LogLevel::info, line);
    }
    try {
        if (!line.empty()) {
            form.write(line);
        }
    } catch (...) {
        // The answer is out; there is nobody else to tell.
    }
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

void Connection::log_answer() noexcept {
    try {
        write_log_line(take_log_line());
    } catch (...) {
        // the same
    }
}

/// The client gets no more of it.
void Connection::end_answer() noexcept {
    conversation_.lost();
    log_answer();
}

bool Connection::is_urgent() const {
    return shared_.options.is_urgent && shared_.options.is_urgent(conversation_.request());
}

/// Whether one begins with what has arrived, behind empty lines, which somebody may send for ever.
bool Connection::has_unread_request() const {
    std::array<char, 64> bytes{};
    const auto count = ::recv(fd_, bytes.data(), bytes.size(), MSG_PEEK | MSG_DONTWAIT);
    return count > 0 && std::string_view(bytes.data(), static_cast<std::size_t>(count))
                                .find_first_not_of("\r\n") != std::string_view::npos;
}

bool Connection::takes_answers() const {
    pollfd socket{fd_, POLLOUT, 0};
    return ::poll(&socket, 1, 0) == 1 && (socket.revents & POLLOUT) != 0 &&
           (socket.revents & (POLLERR | POLLHUP)) == 0;
}

bool Connection::wait_for_worker() {
    auto wait = ReadySet::Wait::request;
    if (conversation_.has_request()) {
        wait = has_next_turn() ? ReadySet::Wait::next_turn : ReadySet::Wait::turn;
    }
    return shared_.workers.ready().park(shared_from_this(), fd_, wait);
}

// ---- the worker's

void Connection::serve(std::shared_ptr<Connection> self) {
    auto& ready = self->shared_.workers.ready();
    const bool has_next_turn = self->has_next_turn();
    if (has_next_turn) {
        ready.begin_next_turn();
    }
    // What throws does so before the connection is handed on: memory for a request ran out, or for
    // the message to the reactor.
    try {
        self->serve_request();
    } catch (const std::exception& error) {
        self->log(LogLevel::error, std::string("server: ") + error.what());
        self->leave_to_reactor({Step::close});
    }
    if (has_next_turn) {
        ready.end_next_turn();
    }
}

/// As far as it goes through at once: reads, answers, writes. What is urgent has its own thread, so
/// that it waits for no other request, nor they for it.
void Connection::serve_request() {
    auto next = conversation_.has_request() ? Decision{Step::handle, Timeout::none} : receive();
    if (next.step != Step::handle || is_urgent()) {
        return leave(next);
    }
    begin(next.timeout);
    next = answer();
    const auto line = take_log_line();
    if (send()) {
        next = conversation_.written(SteadyClock::now());
    }
    leave(next);
    // last: the client need not wait for the log
    write_log_line(line);
}

Decision Connection::receive() {
    // A connection that waits for a request has no memory for it; most come whole.
    thread_local std::array<char, InputBuffer::initial_size> lent;
    const bool is_lent = conversation_.is_idle();
    const auto room = is_lent ? std::span<char>(lent) : conversation_.room();
    const auto count = ::recv(fd_, room.data(), room.size(), MSG_DONTWAIT);
    if (count > 0) {
        const auto size = static_cast<std::size_t>(count);
        const auto now = SteadyClock::now();
        return is_lent ? conversation_.received(std::string_view(lent.data(), size), now)
                       : conversation_.received(size, now);
    }
    if (count == 0) {
        return conversation_.ended();
    }
    const bool nothing_yet = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    return {nothing_yet ? Step::read : Step::close};
}

bool Connection::send() {
    std::array<iovec, 3> parts{};
    const auto out = conversation_.out();
    std::transform(out.begin(), out.end(), parts.begin(), [](std::string_view bytes) {
        return iovec{const_cast<char*>(bytes.data()), bytes.size()};
    });
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    const auto count = ::sendmsg(fd_, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    return conversation_.sent(count > 0 ? static_cast<std::size_t>(count) : 0);
}

/// The last thing that a worker does with the connection.
void Connection::leave(Decision next) {
    if (next.step == Step::read && conversation_.is_idle()) {
        begin(next.timeout);
        park();
    } else if (next.step == Step::handle && !is_urgent()) {
        await_turn(); // others come first
        park();
    } else {
        leave_to_reactor(next);
    }
}

void Connection::leave_to_reactor(Decision next) {
    asio::post(reactor_.context(), [self = shared_from_this(), next] {
        if (self->adopt()) {
            self->go_on(next);
        }
    });
}

void Connection::park() {
    if (!wait_for_worker()) {
        return leave_to_reactor({Step::close});
    }
    if (shared_.draining) {
        // The drain may have come by while the connection was here.
        asio::post(reactor_.context(), [self = shared_from_this()] { self->drain(); });
    }
}

void Connection::handle(std::shared_ptr<Connection> self) {
    const auto next = self->answer();
    const auto line = self->take_log_line();
    self->leave_to_reactor(next);
    self->write_log_line(line);
}

// ---- the reactor's

bool Connection::claim() {
    if (holder_ == Holder::workers && shared_.workers.ready().take_back(*this)) {
        holder_ = Holder::reactor;
    }
    return holder_ == Holder::reactor;
}

bool Connection::adopt() {
    if (holder_ == Holder::cut_worker || is_closed()) {
        return false;
    }
    holder_ = Holder::reactor;
    if (!socket_.is_open()) {
        error_code ec;
        socket_.assign(protocol_, fd_, ec);
        if (ec) {
            close();
            return false;
        }
    }
    return true;
}

/// Does, or begins to wait for, what is next.
void Connection::go_on(Decision next) {
    log_answer();
    if (waker_ && !conversation_.is_streaming()) {
        disarm_waker();
    }
    begin(next.timeout);
    switch (next.step) {
    case Step::read:
        return conversation_.is_idle() && may_park() ? release() : read();
    case Step::handle:
        return hand_over();
    case Step::continue_100:
    case Step::write:
        return write();
    case Step::stream:
        return stream();
    case Step::linger:
        return linger();
    case Step::close:
        return close();
    }
}

template<class Event>
void Connection::proceed(Event event) {
    try {
        go_on(event());
    } catch (...) {
        log(LogLevel::error,
            (waker_ ? "server: the stream failed: " : "server: ") + failure_text());
        close();
    }
}

void Connection::hand_over() {
    const bool is_taken_in = has_place(shared_.places) || reactor_.find_place(*this);
    if (is_urgent()) {
        if (!is_taken_in) {
            conversation_.end_with_this_request();
        }
        holder_ = Holder::urgent_worker;
        shared_.urgent_worker.push(shared_from_this());
    } else if (is_taken_in) {
        release();
    } else if (!reactor_.let_wait_for_place(shared_from_this())) {
        turn_away();
    }
}

void Connection::ask_again_for_place() {
    if (is_closed()) {
        return;
    }
    if (reactor_.find_place(*this)) {
        release();
    } else {
        turn_away();
    }
}

void Connection::turn_away() {
    conversation_.end_with_this_request();
    go_on(conversation_.answer(plain_answer(503)));
}

void Connection::release() {
    error_code ignored;
    if (socket_.is_open()) {
        socket_.release(ignored);
    }
    holder_ = Holder::workers;
    if (conversation_.has_request()) {
        await_turn();
    }
    if (!wait_for_worker()) {
        holder_ = Holder::reactor;
        close();
    }
}

void Connection::read_for_workers(std::shared_ptr<Connection> self) {
    asio::post(self->reactor_.context(), [self] {
        if (!self->adopt()) {
            return;
        }
        if (self->conversation_.has_request()) {
            self->release();
        } else {
            self->read();
        }
    });
}

void Connection::read() {
    if (reading_) {
        return;
    }
    reading_ = true;
    if (conversation_.is_streaming() || conversation_.is_idle()) {
        // without a buffer: of a stream's client it is mostly the end that comes, and the next
        // request may take long
        return socket_.async_wait(
            Socket::wait_read,
            [self = shared_from_this()](const error_code&) { self->on_readable(); }
        );
    }
    const auto room = conversation_.room();
    socket_.async_read_some(
        asio::buffer(room.data(), room.size()),
        [self = shared_from_this()](const error_code& ec, std::size_t count) {
            self->on_read(ec, count);
        }
    );
}

void Connection::on_read(const error_code& ec, std::size_t count) {
    reading_ = false;
    if (is_closed() || !conversation_.reads()) {
        return; // the answer to a deadline cancelled it too late
    }
    if (ec == asio::error::eof) {
        go_on(conversation_.ended());
    } else if (ec && ec != asio::error::operation_aborted) {
        close();
    } else {
        go_on(conversation_.received(count, SteadyClock::now()));
    }
}

void Connection::on_readable() {
    reading_ = false;
    // the stream may have ended meanwhile, and a worker have the connection
    if (is_closed() || holder_ != Holder::reactor || !conversation_.reads()) {
        return;
    }
    if (conversation_.is_streaming() || conversation_.is_idle()) {
        go_on(receive());
    } else {
        read();
    }
}

void Connection::write() {
    count_answer(conversation_.out_bytes());
    reactor_.end_slow_answers(this);
    std::array<asio::const_buffer, 3> parts;
    const auto out = conversation_.out();
    std::transform(out.begin(), out.end(), parts.begin(), [](std::string_view bytes) {
        return asio::buffer(bytes.data(), bytes.size());
    });
    asio::async_write(
        socket_,
        parts,
        [self = shared_from_this()](const error_code& ec, std::size_t count) {
            if (self->is_closed()) {
                return;
            }
            self->count_answer(0);
            self->conversation_.sent(count);
            if (ec) {
                return self->close();
            }
            self->proceed([&] { return self->conversation_.written(SteadyClock::now()); });
        }
    );
}

void Connection::count_answer(std::size_t bytes) noexcept {
    reactor_.count_answer(std::exchange(answer_bytes_, bytes), bytes);
}

void Connection::stream() {
    if (!waker_ && hand_stream_over()) {
        return;
    }
    read();
    if (!waker_) {
        waker_ = std::make_shared<StreamWaker>(reactor_, weak_from_this());
        proceed([this] { return conversation_.start_stream([waker = waker_] { waker->wake(); }); });
    }
}

/// To the set of streams, which has less of each; false where it has no place, and while more of
/// the client is on its way here. The connection is no more then.
bool Connection::hand_stream_over() {
    auto& streams = reactor_.streams();
    if (reading_ || !streams.take_place()) {
        return false;
    }
    auto handed = conversation_.hand_over_stream();
    if (!handed) {
        shared_.stream_places.give_back();
        return false;
    }
    error_code ignored;
    socket_.release(ignored);
    shared_.workers.ready().forget(*this);
    count_answer(0);
    give_place_back();
    streams.add(std::exchange(fd_, -1), *std::move(handed));
    reactor_.remove(*this);
    return true;
}

void Connection::on_wake() {
    if (conversation_.awaits_stream()) {
        proceed([this] { return conversation_.woken(); });
    }
}

void Connection::disarm_waker() {
    waker_->disarm();
    waker_ = nullptr;
}

void Connection::linger() {
    error_code ec;
    socket_.shutdown(Socket::shutdown_send, ec);
    if (ec) {
        return close();
    }
    read();
}

void Connection::on_deadline() {
    if (!claim()) {
        return;
    }
    // what it waits for is a worker
    if (conversation_.has_request() && takes_answers()) {
        return release();
    }
    if (reading_) {
        error_code ignored;
        socket_.cancel(ignored);
    }
    go_on(conversation_.time_is_over());
}

bool Connection::make_room() {
    // What has arrived already is a request under way, and who takes answers waits for a worker:
    // they keep their place in the line.
    const auto is_in_line = [this](bool is_idle, bool has_request) {
        return (is_idle && has_unread_request()) || (has_request && takes_answers());
    };
    const auto seen = waiting();
    if (is_closed() ||
        is_in_line(seen.is_for(Waiting::For::request), seen.is_for(Waiting::For::turn)) ||
        !claim()) {
        return false;
    }
    if (is_in_line(conversation_.is_idle(), conversation_.has_request())) {
        if (!socket_.is_open()) {
            release(); // it came in this moment
        }
        return false;
    }
    if (conversation_.time_is_over().step == Step::write) {
        send(); // 408, as far as it goes through at once
    }
    close();
    return true;
}

void Connection::drain() {
    if (!claim() || is_closed()) {
        return;
    }
    // what has arrived already is a request under way
    if (conversation_.is_idle() && !has_unread_request()) {
        close();
    } else if (conversation_.awaits_stream()) {
        on_wake();
    } else if (!socket_.is_open()) {
        release();
    }
}

void Connection::cut() {
    if (claim() || holder_ == Holder::urgent_worker) {
        return close();
    }
    // A worker has it; the descriptor must stay what it is until the worker is done.
    holder_ = Holder::cut_worker;
    ::shutdown(fd_, SHUT_RDWR);
    give_place_back();
    reactor_.remove(*this);
}

void Connection::close() {
    if (is_closed()) {
        return;
    }
    if (holder_ == Holder::reactor) {
        end_answer();
    }
    if (waker_) {
        disarm_waker();
    }
    shared_.workers.ready().forget(*this);
    if (socket_.is_open()) {
        error_code ignored;
        socket_.close(ignored);
    } else {
        ::close(fd_);
    }
    fd_ = -1;
    count_answer(0);
    give_place_back();
    reactor_.remove(*this);
}

} // namespace drf_messages::server
