// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/adapters/wire.hpp>
#include <drf_messages/http.hpp>

#include <httplib.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// Converts between cpp-httplib and the values of drf_messages/http.hpp.
namespace drf_messages::adapters {

namespace wire {

/// The fields that cpp-httplib itself adds to a request.
inline bool is_of_httplib(std::string_view name) {
    return same_name(name, "REMOTE_ADDR") || same_name(name, "REMOTE_PORT") ||
           same_name(name, "LOCAL_ADDR") || same_name(name, "LOCAL_PORT");
}

/// Restores a multipart body from its parts, since cpp-httplib keeps nothing else of it. The parts
/// are ordered by name.
inline std::string multipart_body(const httplib::Request& request) {
    const std::string type = request.get_header_value("Content-Type");
    std::string boundary = type.substr(type.find("boundary=") + 9);
    boundary = boundary.substr(0, boundary.find(';'));
    if (boundary.size() > 1 && boundary.front() == '"' && boundary.back() == '"') {
        boundary = boundary.substr(1, boundary.size() - 2);
    }
    std::string body;
    for (const auto& [name, part] : request.files) {
        body += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + part.name + '"';
        body += part.filename.empty() ? "" : "; filename=\"" + part.filename + '"';
        body += part.content_type.empty() ? "" : "\r\nContent-Type: " + part.content_type;
        body += "\r\n\r\n" + part.content + "\r\n";
    }
    return body + "--" + boundary + "--\r\n";
}

} // namespace wire

/// - secure: whether the server is an httplib::SSLServer
inline http::Request from_httplib(const httplib::Request& request, bool secure = false) {
    http::Request result;
    result.method = request.method;
    result.target = wire::origin_form(request.target);
    for (const auto& [name, value] : request.headers) {
        if (!wire::is_of_httplib(name)) {
            result.headers.add(name, value);
        }
    }
    wire::use_host_of(request.target, result);
    result.body = request.body;
    if (request.is_multipart_form_data() && !request.files.empty()) {
        result.body = wire::multipart_body(request);
    }
    // httplib has decompressed the body
    const std::string length = std::to_string(result.body.size());
    if (const auto sent = result.headers.find("Content-Length"); sent && *sent != length) {
        result.headers.set("Content-Length", length);
        result.headers.remove("Content-Encoding");
    }
    result.remote_address = wire::plain_address(request.remote_addr);
    result.server_name = wire::plain_address(request.local_addr);
    result.server_port = static_cast<std::uint16_t>(std::max(request.local_port, 0));
    result.secure = secure;
    return result;
}

/// Fills in `result`, the answer to `request` of the same handler. A stream is answered 501: for
/// each, cpp-httplib would need one of its threads for as long as the client listens. Of requests
/// with `wait=` as many wait as LIVE.MAX_WAITS says, the others are answered at once.
inline void
to_httplib(http::Response response, const httplib::Request& request, httplib::Response& result) {
    response = wire::complete(std::move(response));
    result.status = response.status;
    const bool bodiless = wire::is_bodiless(response.status);
    // httplib writes the length of every body itself
    const bool keeps_length = bodiless || (request.method == "HEAD" && response.body.empty());
    for (const auto& [name, value] : response.headers.fields()) {
        const bool is_length = wire::same_name(name, "Content-Length");
        if (wire::is_of_connection(name) ||
            (is_length && (!keeps_length || result.has_header("Content-Length")))) {
            continue;
        }
        result.headers.emplace(wire::one_line(name), wire::one_line(value));
    }
    if (!bodiless) {
        result.body = std::move(response.body);
    }
}

/// Sends the requests of every method whose path matches `pattern`, a regular expression, to
/// `handle`, from http::Request to http::Response; an Endpoint as std::ref(endpoint). It is called
/// from several threads.
/// - secure: whether the server speaks TLS itself, as httplib::SSLServer does.
template<class Handle>
void serve(
    httplib::Server& server, const std::string& pattern, Handle handle, bool secure = false
) {
    const auto handler = [handle,
                          secure](const httplib::Request& request, httplib::Response& response) {
        to_httplib(handle(from_httplib(request, secure)), request, response);
        // httplib would cut the ranges that the request names out of the answer, and compress it;
        // its header fields would no longer describe it. The request is one of httplib's own
        // variables, and not itself constant.
        auto& own = const_cast<httplib::Request&>(request); // NOLINT(*-const-cast)
        own.ranges.clear();
        own.headers.erase("Accept-Encoding");
    };
    server.Get(pattern, handler); // and HEAD
    server.Post(pattern, handler);
    server.Put(pattern, handler);
    server.Patch(pattern, handler);
    server.Delete(pattern, handler);
    server.Options(pattern, handler);
}

} // namespace drf_messages::adapters
