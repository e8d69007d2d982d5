// SPDX-License-Identifier: MIT
#pragma once

#include "http/message.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace drf_messages::server {

/// One line for one answer: client, method and path, status, bytes of the body, duration. No query,
/// field, cookie or body gets in; bytes that are not printable ASCII are escaped, so that a request
/// cannot forge a line. `127.0.0.1 "GET /messages/peek/" 200 45 0.312 ms`
/// - trust_forwarded_for: the client is the first of X-Forwarded-For where there is one.
std::string access_line(
    const http::Request& request,
    bool trust_forwarded_for,
    int status,
    std::size_t body_bytes,
    std::chrono::nanoseconds duration
);

} // namespace drf_messages::server
