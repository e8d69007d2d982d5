// SPDX-License-Identifier: MIT
#pragma once

#include "http/message.hpp"

#include <chrono>
#include <cstddef>
#include <string_view>

namespace drf_messages::server {

/// An answer, as logs and metrics tell of it. For the length of a call.
struct Answered {
    const http::Request& request; ///< of one that was no HTTP, what could be read
    int status;
    std::size_t body_bytes;
    std::chrono::nanoseconds duration; ///< since the request's first byte
    std::string_view route;            ///< http::Response::route
    bool was_stream = false;           ///< which has ended
};

} // namespace drf_messages::server
