// SPDX-License-Identifier: MIT
#pragma once

#include "server/answered.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace drf_messages::server {

/// So many bytes of a client's name a line of a log has at most.
inline constexpr std::size_t longest_logged_client = 64;

/// Who the client is; "unix" on a Unix socket.
/// - trust_forwarded_for: the first of X-Forwarded-For where there is one.
std::string_view client_of(const http::Request& request, bool trust_forwarded_for);

/// One line for one answer: client, method and path, status, bytes of the body, duration. No query,
/// field, cookie or body gets in; bytes that are not printable ASCII are escaped, so that a request
/// cannot forge a line. `127.0.0.1 "GET /messages/peek/" 200 45 0.312 ms`
/// - trust_forwarded_for: as for client_of().
std::string access_line(const Answered& answered, bool trust_forwarded_for);

} // namespace drf_messages::server
