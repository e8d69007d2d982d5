// SPDX-License-Identifier: MIT
#pragma once

#include "http/headers.hpp"

#include <string>

namespace drf_messages::http {

/// A request as it came in, no sockets.
struct Request {
    std::string method = "GET"; ///< as sent
    std::string target = "/";   ///< path and query, percent escapes kept, no fragment
    Headers headers;
    std::string body;
    std::string remote_address; ///< without port; empty on a Unix socket
    /// whether this very connection is encrypted (always false behind a proxy)
    bool secure = false;
};

/// An answer. Without a Content-Length field the server sends the body chunked.
struct Response {
    int status = 200;
    Headers headers;
    std::string body;
};

/// "Not Found" for 404, as Python's http.HTTPStatus words it; empty for an unknown status.
std::string_view reason_phrase(int status);

} // namespace drf_messages::http
