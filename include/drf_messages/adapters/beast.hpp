// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/adapters/wire.hpp>
#include <drf_messages/http.hpp>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

/// Converts between Boost.Beast and the values of drf_messages/http.hpp.
namespace drf_messages::adapters {

/// Without what only the connection knows about the server: server_name and server_port.
/// - remote_address: without port, `socket.remote_endpoint().address().to_string()`
/// - secure: whether the connection is encrypted
template<class Fields>
http::Request from_beast(
    const boost::beast::http::request<boost::beast::http::string_body, Fields>& request,
    std::string remote_address,
    bool secure = false
) {
    http::Request result;
    result.method = std::string(request.method_string());
    result.target = wire::origin_form(request.target());
    for (const auto& field : request) {
        result.headers.add(std::string(field.name_string()), std::string(field.value()));
    }
    wire::use_host_of(request.target(), result);
    result.body = request.body();
    result.remote_address = wire::plain_address(std::move(remote_address));
    result.secure = secure;
    return result;
}

/// With both ends of the connection.
/// - socket: that on which the request came, `boost::beast::get_lowest_layer(stream).socket()`
/// - secure: whether the connection is encrypted
template<class Fields, class Executor>
http::Request from_beast(
    const boost::beast::http::request<boost::beast::http::string_body, Fields>& request,
    const boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>& socket,
    bool secure = false
) {
    boost::system::error_code gone; // a client that has gone has no address
    const auto peer = socket.remote_endpoint(gone);
    http::Request result =
        from_beast(request, gone ? std::string() : peer.address().to_string(), secure);
    boost::system::error_code closed;
    if (const auto here = socket.local_endpoint(closed); !closed) {
        result.server_name = wire::plain_address(here.address().to_string());
        result.server_port = here.port();
    }
    return result;
}

/// The answer to `request`. For HEAD it has no body, but the length that the body would have. A
/// stream is answered 501, since a message of Beast's is complete: async_write_stream() sends it.
template<class Body, class Fields>
boost::beast::http::response<boost::beast::http::string_body>
to_beast(http::Response response, const boost::beast::http::request<Body, Fields>& request) {
    if (response.stream) {
        response = wire::no_stream();
    }
    boost::beast::http::response<boost::beast::http::string_body> result;
    result.version(request.version());
    result.result(static_cast<unsigned>(response.status));
    bool has_length = false;
    for (const auto& [name, value] : response.headers.fields()) {
        const bool is_length = wire::same_name(name, "Content-Length");
        if (!wire::is_of_connection(name) && !(is_length && has_length)) {
            result.insert(wire::one_line(name), wire::one_line(value));
        }
        has_length = has_length || is_length;
    }
    result.keep_alive(request.keep_alive());
    const bool bodiless = wire::is_bodiless(response.status);
    const bool is_head = request.method() == boost::beast::http::verb::head;
    if (!bodiless && (!is_head || !has_length)) {
        result.content_length(response.body.size());
    }
    if (!bodiless && !is_head) {
        result.body() = std::move(response.body);
    }
    return result;
}

namespace beast_stream {

/// A stream on its way to its client, which lives as long as something is under way for it.
template<class AsyncWriteStream, class Done>
class Sending : public std::enable_shared_from_this<Sending<AsyncWriteStream, Done>> {
public:
    using Head = boost::beast::http::response<boost::beast::http::empty_body>;

    Sending(AsyncWriteStream& to, std::shared_ptr<http::Stream> stream, Head head, Done done)
        : to_(to), stream_(std::move(stream)), head_(std::move(head)), serializer_(head_),
          done_(std::move(done)) {}

    void start() {
        boost::beast::http::async_write_header(
            to_,
            serializer_,
            [self = this->shared_from_this()](boost::system::error_code failed, std::size_t) {
                if (failed) {
                    return self->finish(failed);
                }
                const std::weak_ptr<Sending> weak = self;
                self->stream_->start([weak, executor = self->to_.get_executor()] {
                    boost::asio::post(executor, [weak] {
                        if (const auto held = weak.lock()) {
                            held->go_on();
                        }
                    });
                });
                self->holds_itself_ = self;
                self->go_on();
            }
        );
    }

private:
    void go_on() {
        if (is_writing_ || !stream_) {
            return;
        }
        auto piece = stream_->read(longest_piece);
        if (piece && piece->empty()) {
            return;
        }
        is_writing_ = true;
        const auto written = [self = this->shared_from_this(), is_last = !piece.has_value()](
                                 boost::system::error_code failed, std::size_t
                             ) {
            self->is_writing_ = false;
            if (failed || is_last) {
                return self->finish(failed);
            }
            self->go_on();
        };
        if (!piece) {
            return boost::asio::async_write(to_, boost::beast::http::make_chunk_last(), written);
        }
        piece_ = *std::move(piece);
        boost::asio::async_write(
            to_, boost::beast::http::make_chunk(boost::asio::buffer(piece_)), written
        );
    }

    void finish(boost::system::error_code failed) {
        stream_ = nullptr;
        const auto self = std::exchange(holds_itself_, nullptr);
        done_(failed);
    }

    static constexpr std::size_t longest_piece = 64 * 1024;

    AsyncWriteStream& to_;
    std::shared_ptr<http::Stream> stream_;
    Head head_;
    boost::beast::http::response_serializer<boost::beast::http::empty_body> serializer_;
    Done done_;
    std::string piece_;
    bool is_writing_ = false;
    std::shared_ptr<Sending> holds_itself_; ///< until the end
};

} // namespace beast_stream

/// Sends an answer that is a stream, chunked, for as long as its client listens.
/// - to: a socket or TLS stream; must live until `done` is called, and everything about it run on
///   one thread or strand. Its deadline, if it has one, must be off.
/// - request: of HTTP 1.1.
/// - done: called once with what went wrong, if anything did; a client that has gone is noticed
///   when something is sent, and at the next heartbeat at the latest.
template<class AsyncWriteStream, class Body, class Fields, class Done>
void async_write_stream(
    AsyncWriteStream& to,
    http::Response response,
    const boost::beast::http::request<Body, Fields>& request,
    Done done
) {
    const auto stream = std::exchange(response.stream, nullptr);
    boost::beast::http::response<boost::beast::http::empty_body> head;
    head.version(request.version());
    head.result(static_cast<unsigned>(response.status));
    for (const auto& [name, value] : response.headers.fields()) {
        if (!wire::is_of_connection(name) && !wire::same_name(name, "Content-Length")) {
            head.insert(wire::one_line(name), wire::one_line(value));
        }
    }
    head.keep_alive(request.keep_alive());
    head.chunked(true);
    std::make_shared<beast_stream::Sending<AsyncWriteStream, Done>>(
        to, stream, std::move(head), std::move(done)
    )
        ->start();
}

} // namespace drf_messages::adapters
