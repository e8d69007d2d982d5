// SPDX-License-Identifier: MIT
#pragma once

#include "http/message.hpp"

#include <string>
#include <string_view>

namespace drf_messages::server {

/// What of a request decides how its answer is put on the wire.
struct AnswerTo {
    bool head = false;   ///< the method is HEAD: no body follows
    bool http11 = false; ///< the client understands chunks
    bool keep_alive = false;
};

/// How an answer goes out: `head`, then the response's body when `with_body`, then `tail`; or
/// `head`, then the pieces of the response's stream, each a chunk when `chunked`.
struct Framing {
    bool keep_alive = false; ///< false: the connection ends behind this answer
    bool with_body = false;
    bool streams = false;
    bool chunked = false;
    std::string_view tail; ///< a literal
};

/// Writes status line and fields of `response` to `head` (replacing it). Server, Date, Connection,
/// Transfer-Encoding are the server's own: the handler's are left out. A Content-Length is the
/// body's size whatever the handler wrote, except where no body is sent, and is left out of a
/// stream's head; without one the body goes out in chunks, to HTTP/1.0 until the connection closes.
Framing write_head(std::string& head, const http::Response& response, const AnswerTo& request);

/// An answer of the server itself: the reason phrase as plain text.
http::Response plain_answer(int status);

} // namespace drf_messages::server
