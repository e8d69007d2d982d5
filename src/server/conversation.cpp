// SPDX-License-Identifier: MIT
#include "server/conversation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace drf_messages::server {

namespace {

constexpr std::string_view continue_answer = "HTTP/1.1 100 Continue\r\n\r\n";

/// Bytes that a stream may have on their way to its client.
constexpr std::size_t longest_piece = 64 * 1024;

/// What a connection keeps for its next request: of a text, so many bytes, and so many fields.
constexpr std::size_t kept_bytes = 1024;
constexpr std::size_t kept_fields = 16;

/// What logs tell of the fields of a request.
constexpr std::string_view told_fields[] = {"X-Forwarded-For", "traceparent"};

/// Empties it; an assignment would keep its memory.
void give_back(std::string& text) noexcept {
    std::string().swap(text);
}

void give_back(http::Response& response) noexcept {
    give_back(response.body);
    response = http::Response();
}

void give_back_if_large(std::string& text) noexcept {
    if (text.capacity() > kept_bytes) {
        give_back(text);
    }
}

} // namespace

Conversation::Conversation(
    RequestReader::Limits limits, Ends ends, const std::atomic<bool>& draining
)
    : draining_(draining),
      // one byte above the limit shows that a header is too long
      input_(limits.header_bytes + 1), reader_(limits) {
    request_.remote_address = std::move(ends.remote_address);
    request_.server_name = std::move(ends.server_name);
    request_.server_port = ends.server_port;
}

bool Conversation::reads() const noexcept {
    return state_ == State::idle || state_ == State::header || state_ == State::body ||
           state_ == State::lingering || is_streaming();
}

Decision Conversation::received(std::size_t count, Time now) {
    if (state_ == State::lingering) {
        return {Step::read, Timeout::linger};
    }
    input_.commit(count);
    if (state_ == State::idle) {
        follows_answer_ = false;
    }
    if (is_streaming()) {
        // its next request; a client that sends more than one may take does not listen
        return {input_.room().empty() ? Step::close : Step::read};
    }
    return take_input(now);
}

Decision Conversation::received(std::string_view bytes, Time now) {
    input_.lend(bytes);
    const auto next = received(std::size_t{0}, now);
    input_.keep();
    return next;
}

/// The bytes at hand are the next request's, or its rest's.
Decision Conversation::take_input(Time now) {
    auto timeout = Timeout::unchanged;
    if (state_ == State::idle) {
        // empty lines before a request line are to be ignored (RFC 9112, 2.2)
        const auto bytes = input_.bytes();
        input_.consume(std::min(bytes.find_first_not_of("\r\n"), bytes.size()));
        if (input_.empty()) {
            return {Step::read};
        }
        state_ = State::header;
        timeout = Timeout::header;
        began_ = now;
        reader_.start(request_);
    }
    std::size_t consumed = 0;
    const auto progress = reader_.feed(input_.bytes(), consumed);
    input_.consume(consumed);
    switch (progress) {
    case RequestReader::Progress::failed:
        return refuse(reader_.error_status());
    case RequestReader::Progress::complete:
        state_ = State::handling;
        return {Step::handle, Timeout::none};
    case RequestReader::Progress::need_more:
        break;
    }
    if (state_ == State::header && reader_.header_done()) {
        state_ = State::body;
        timeout = Timeout::body;
        if (reader_.expects_continue() && request_.body.empty() && input_.empty()) {
            state_ = State::inviting;
            head_ = continue_answer;
            framing_ = {};
            sent_ = 0;
            return {Step::continue_100, timeout};
        }
    }
    if (input_.room().empty()) {
        return refuse(400); // a chunk's line, or the trailers, longer than any header may be
    }
    return {Step::read, timeout};
}

Decision Conversation::ended() {
    // whoever listens to a stream keeps the own side open, as browsers and proxies do
    const bool in_request = state_ == State::header || state_ == State::body;
    return in_request ? refuse(400) : Decision{Step::close};
}

Decision Conversation::answer(http::Response response) {
    reader_.forget_body();
    response_ = std::move(response);
    AnswerTo to;
    to.head = request_.method == "HEAD";
    to.http11 = reader_.is_http11();
    to.keep_alive = reader_.keep_alive() && !draining_ && !is_last_;
    framing_ = write_head(head_, response_, to);
    if (!framing_.streams) {
        response_.stream = nullptr;
    }
    return begin_answer();
}

Decision Conversation::refuse(int status) {
    reader_.forget_body();
    response_ = plain_answer(status);
    // the request may be one that was never read: of its words on how to answer only HEAD counts
    AnswerTo to;
    to.head = request_.method == "HEAD";
    framing_ = write_head(head_, response_, to);
    return begin_answer();
}

Decision Conversation::begin_answer() {
    state_ = State::writing;
    sent_ = 0;
    streamed_ = 0;
    if (!framing_.streams) {
        outcome_ = {
            response_.status, framing_.with_body ? response_.body.size() : 0, response_.route};
    }
    return {Step::write, Timeout::write};
}

std::array<std::string_view, 3> Conversation::out() const noexcept {
    std::array<std::string_view, 3> parts = {
        head_,
        framing_.with_body ? std::string_view(response_.body) : std::string_view(),
        framing_.tail};
    auto gone = sent_;
    for (auto& part : parts) {
        const auto of_part = std::min(gone, part.size());
        part.remove_prefix(of_part);
        gone -= of_part;
    }
    return parts;
}

bool Conversation::sent(std::size_t count) noexcept {
    sent_ += count;
    return sent_ ==
           head_.size() + (framing_.with_body ? response_.body.size() : 0) + framing_.tail.size();
}

Decision Conversation::written(Time now) {
    if (state_ == State::inviting) {
        state_ = State::body;
        return {Step::read};
    }
    if (state_ == State::writing_piece) {
        streamed_ += response_.body.size();
        return ask_stream();
    }
    if (framing_.streams) {
        return begin_stream();
    }
    if (!framing_.keep_alive || draining_) {
        return linger();
    }
    state_ = State::idle;
    follows_answer_ = true;
    give_back(response_);
    const auto next = take_input(now);
    if (is_idle()) {
        give_memory_back();
    }
    return next.timeout == Timeout::unchanged ? Decision{next.step, Timeout::keep_alive} : next;
}

/// There may be many, for hours, that wait for their next request.
void Conversation::give_memory_back() noexcept {
    input_.release();
    give_back_if_large(head_);
    give_back_if_large(request_.method);
    give_back_if_large(request_.target);
    request_.headers.clear();
    if (request_.headers.fields().capacity() > kept_fields) {
        request_.headers = http::Headers();
    }
}

Decision Conversation::time_is_over() {
    // a "100 Continue" that the client does not take leaves no place for another answer
    const bool in_request = state_ == State::header || state_ == State::body;
    return in_request ? refuse(408) : Decision{Step::close};
}

Decision Conversation::linger() {
    state_ = State::lingering;
    input_.clear();
    input_.release();
    give_back(response_);
    return {Step::linger, Timeout::linger};
}

Decision Conversation::begin_stream() {
    state_ = State::streaming;
    stream_is_told_ = false;
    // there may be many, for hours: what they do not need is given back
    input_.release();
    response_.headers = http::Headers();
    give_back(response_.body);
    return {Step::stream, Timeout::none};
}

std::optional<HandedStream> Conversation::hand_over_stream() {
    if (!input_.empty()) {
        return std::nullopt;
    }
    HandedStream handed;
    handed.stream = std::exchange(response_.stream, nullptr);
    for (const std::string_view name : told_fields) {
        if (const auto value = request_.headers.find(name)) {
            handed.request.headers.add(name, std::string(*value));
        }
    }
    handed.request.method = std::move(request_.method);
    handed.request.target = std::move(request_.target);
    handed.request.remote_address = std::move(request_.remote_address);
    handed.route = response_.route;
    handed.status = response_.status;
    handed.is_chunked = framing_.chunked;
    handed.keep_alive = framing_.keep_alive;
    handed.began = began_;
    return handed;
}

Decision Conversation::start_stream(http::Stream::Wake wake) {
    response_.stream->start(std::move(wake));
    return ask_stream();
}

Decision Conversation::ask_stream() {
    if (draining_ && !std::exchange(stream_is_told_, true)) {
        response_.stream->drain();
    }
    auto piece = response_.stream->read(longest_piece);
    if (!piece || (piece->empty() && stream_is_told_)) {
        return end_stream();
    }
    if (piece->empty()) {
        state_ = State::streaming;
        give_back(response_.body);
        return {Step::stream, Timeout::none};
    }
    write_piece(std::move(*piece));
    return {Step::write, Timeout::write};
}

void Conversation::write_piece(std::string piece) {
    state_ = State::writing_piece;
    sent_ = 0;
    head_.clear();
    if (framing_.chunked) {
        fmt::format_to(std::back_inserter(head_), "{:x}\r\n", piece.size());
        framing_.tail = "\r\n";
    }
    framing_.with_body = true;
    response_.body = std::move(piece);
}

Decision Conversation::end_stream() {
    response_.stream = nullptr;
    response_.body.clear();
    outcome_ = {response_.status, streamed_, response_.route, true};
    if (!framing_.chunked) {
        return linger();
    }
    state_ = State::writing;
    framing_.streams = false;
    framing_.with_body = false;
    framing_.tail = "0\r\n\r\n";
    head_.clear();
    sent_ = 0;
    return {Step::write, Timeout::write};
}

void Conversation::lost() noexcept {
    if (!std::exchange(response_.stream, nullptr)) {
        return;
    }
    const bool in_piece = state_ == State::writing_piece && sent_ > head_.size();
    const auto of_piece = in_piece ? std::min(sent_ - head_.size(), response_.body.size()) : 0;
    outcome_ = {response_.status, streamed_ + of_piece, response_.route, true};
}

} // namespace drf_messages::server
