// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/adapters/wire.hpp>
#include <drf_messages/http.hpp>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>
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
/// stream is answered 501: a message of Beast's is complete.
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

} // namespace drf_messages::adapters
