// SPDX-License-Identifier: MIT
#pragma once

#include "http/message.hpp"
#include "server/answer.hpp"
#include "server/input_buffer.hpp"
#include "server/request_reader.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace drf_messages::server {

/// What is to be done next for a conversation.
enum class Step {
    read,         ///< bytes of the client into room(), then received(), or ended()
    handle,       ///< run the handler for request(), then answer()
    continue_100, ///< write out(), which invites the client to send the body, then written()
    write,        ///< write out(), an answer, then written()
    stream,       ///< wait until the stream wakes, then woken(); begin with start_stream()
    linger,       ///< end the own direction, then read as before
    close
};

/// The deadlines, by name; how long each takes is the owner's to know. When one is over:
/// time_is_over().
enum class Timeout {
    unchanged, ///< the one that runs goes on
    none,
    first, ///< for the beginning of a connection's first request
    keep_alive,
    header, ///< since began()
    body,
    write,
    linger
};

struct Decision {
    Step step;
    Timeout timeout = Timeout::unchanged; ///< the deadline that begins with the step

    bool operator==(const Decision&) const = default;
};

/// The two ends of a connection, as http::Request has them.
struct Ends {
    std::string remote_address;
    std::string server_name = {};
    std::uint16_t server_port = 0;
};

/// A stream whose connection is somebody else's from now on, and what is to be told of it.
struct HandedStream {
    std::shared_ptr<http::Stream> stream;
    http::Request request; ///< what logs tell of it
    std::string_view route;
    int status = 200;
    bool is_chunked = false;
    bool keep_alive = false; ///< the connection, when the stream has ended
    std::chrono::steady_clock::time_point began;
};

/// The HTTP side of a connection: no sockets, no clock, no threads. Bytes and events come in, each
/// returns what is to be done next.
///
/// read → handle → write → read …, until one of the two sides wants an end: linger → read → close.
/// An answer may be a stream: write → stream → write → stream …, until it ends; meanwhile the owner
/// reads too, since the client may leave or send its next request. What a stream throws passes
/// through.
class Conversation {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// What logs and metrics are to tell of an answer.
    struct Outcome {
        int status;
        std::size_t body_bytes;
        std::string_view route; ///< http::Response::route
        bool was_stream = false;
    };

    /// - draining: set once the server ends; then each answer is the last of its conversation. Must
    ///   live longer.
    Conversation(RequestReader::Limits limits, Ends ends, const std::atomic<bool>& draining);

    /// Whether nothing of a request is there.
    bool is_idle() const noexcept { return state_ == State::idle && input_.empty(); }
    /// Whether a request is complete and has no answer yet.
    bool has_request() const noexcept { return state_ == State::handling; }
    /// The same of one that the client had begun before it got the answer to the request before.
    bool has_next_request() const noexcept { return has_request() && follows_answer_; }
    /// Whether bytes of the client are of use.
    bool reads() const noexcept;
    /// Whether the pieces of a stream are on their way, or awaited.
    bool is_streaming() const noexcept {
        return state_ == State::streaming || state_ == State::writing_piece;
    }
    /// Whether the stream has nothing to say at the moment.
    bool awaits_stream() const noexcept { return state_ == State::streaming; }

    const http::Request& request() const noexcept { return request_; }
    void note_busy(bool busy) noexcept { request_.busy = busy; }
    /// When the first byte of the request came.
    Time began() const noexcept { return began_; }

    /// Where to read to; never empty while reads().
    std::span<char> room() { return input_.room(); }
    /// So many bytes are in room().
    Decision received(std::size_t count, Time now);
    /// These bytes, which need not stay, instead of some in room(); only while is_idle(). At most
    /// InputBuffer::initial_size.
    Decision received(std::string_view bytes, Time now);
    /// The client sends no more.
    Decision ended();
    Decision answer(http::Response response);
    /// The answer to the request at hand, or under way, is the last.
    void end_with_this_request() noexcept { is_last_ = true; }

    /// What is still to be written, in this order.
    std::array<std::string_view, 3> out() const noexcept;
    /// The memory that it takes, also that of what is written.
    std::size_t out_bytes() const noexcept { return head_.capacity() + response_.body.capacity(); }
    /// So many bytes of out() are written. Returns whether these were all.
    bool sent(std::size_t count) noexcept;
    /// All of out() is written.
    Decision written(Time now);

    /// In place of start_stream(), for who takes the connection over and ends this. Absent when a
    /// part of the next request is here.
    std::optional<HandedStream> hand_over_stream();
    /// - wake: what the stream calls when there is news.
    Decision start_stream(http::Stream::Wake wake);
    /// While awaits_stream(): there is news, or the server ends, which the stream is told.
    Decision woken() { return ask_stream(); }

    /// The deadline is over.
    Decision time_is_over();
    /// The connection is gone, or about to: destroys a stream.
    void lost() noexcept;

    /// Present once for each answer: as soon as it is known, of a stream when it has ended.
    std::optional<Outcome> take_outcome() noexcept { return std::exchange(outcome_, std::nullopt); }

private:
    enum class State {
        idle,
        header,
        body,
        inviting, ///< the client, to send the body
        handling,
        writing,
        streaming, ///< waiting for the stream
        writing_piece,
        lingering
    };

    Decision take_input(Time now);
    void give_memory_back() noexcept;
    Decision refuse(int status);
    Decision begin_answer();
    Decision begin_stream();
    Decision ask_stream();
    Decision end_stream();
    Decision linger();
    void write_piece(std::string piece);

    const std::atomic<bool>& draining_;
    State state_ = State::idle;
    InputBuffer input_;
    RequestReader reader_;
    http::Request request_;
    bool follows_answer_ = false;
    bool is_last_ = false;
    Time began_;
    http::Response response_;
    Framing framing_;
    std::string head_;
    std::size_t sent_ = 0;        ///< bytes of head, body and tail
    std::size_t streamed_ = 0;    ///< bytes of the stream's pieces before this one
    bool stream_is_told_ = false; ///< that the server ends
    std::optional<Outcome> outcome_;
};

} // namespace drf_messages::server
