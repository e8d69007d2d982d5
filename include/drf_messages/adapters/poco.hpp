// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/adapters/wire.hpp>
#include <drf_messages/http.hpp>

#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>

#include <algorithm>
#include <cstddef>
#include <istream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Converts between POCO Net and the values of drf_messages/http.hpp.
namespace drf_messages::adapters {

/// Reads the request with its body; absent when the body is longer than `body_limit` bytes. In that
/// case answer 413 and close the connection, on which the rest of the body still waits.
inline std::optional<http::Request>
from_poco(Poco::Net::HTTPServerRequest& request, std::size_t body_limit = 2'621'440) {
    http::Request result;
    result.method = request.getMethod();
    result.target = wire::origin_form(request.getURI());
    for (const auto& [name, value] : request) {
        result.headers.add(name, value);
    }
    wire::use_host_of(request.getURI(), result);
    // for a request without either, POCO would wait for the end of the connection
    if (request.hasContentLength() || request.getChunkedTransferEncoding()) {
        std::istream& stream = request.stream();
        std::vector<char> buffer(std::min<std::size_t>(body_limit, 65535) + 1);
        while (stream.good() && result.body.size() <= body_limit) {
            stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
            result.body.append(buffer.data(), static_cast<std::size_t>(stream.gcount()));
        }
        if (result.body.size() > body_limit) {
            return std::nullopt;
        }
    }
    if (request.clientAddress().family() != Poco::Net::SocketAddress::UNIX_LOCAL) {
        result.remote_address = wire::plain_address(request.clientAddress().host().toString());
        result.server_name = wire::plain_address(request.serverAddress().host().toString());
        result.server_port = request.serverAddress().port();
    }
    result.secure = request.secure();
    return result;
}

/// Sends the answer to the request that `result` belongs to. A stream is answered 501: for each,
/// POCO would need one of its threads for as long as the client listens. Of requests with `wait=`
/// as many wait as LIVE.MAX_WAITS says, the others are answered at once.
inline void to_poco(
    const http::Response& response,
    const Poco::Net::HTTPServerRequest& request,
    Poco::Net::HTTPServerResponse& result
) {
    if (response.stream) {
        return to_poco(wire::complete(response), request, result);
    }
    result.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(response.status));
    result.setReason(Poco::Net::HTTPResponse::getReasonForStatus(result.getStatus()));
    // POCO has put its own fields there, such as Date
    const auto& fields = response.headers.fields();
    for (const auto& [name, value] : fields) {
        if (!wire::is_of_connection(name)) {
            result.erase(name);
        }
    }
    for (const auto& [name, value] : fields) {
        const bool is_length = wire::same_name(name, "Content-Length");
        if (!wire::is_of_connection(name) && !(is_length && result.hasContentLength())) {
            result.add(wire::one_line(name), wire::one_line(value));
        }
    }
    const bool is_head = request.getMethod() == Poco::Net::HTTPRequest::HTTP_HEAD;
    if (!is_head && !wire::is_bodiless(response.status)) {
        result.sendBuffer(response.body.data(), response.body.size());
        return;
    }
    if (is_head && !result.hasContentLength()) {
        result.setContentLength64(static_cast<Poco::Int64>(response.body.size()));
    }
    result.send();
}

} // namespace drf_messages::adapters
