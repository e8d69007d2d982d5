// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace drf_messages::api::event_stream {

/// Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html
inline constexpr std::string_view media_type = "text/event-stream";

/// What says nothing, so that who is between takes the stream for alive.
inline constexpr std::string_view heartbeat = ":\n\n";

/// After how long a client that lost its stream opens another one.
std::string retry(std::chrono::milliseconds pause);

/// - id: what the client sends as Last-Event-ID from then on; empty: what it was.
/// - event, id: one line each.
void append(std::string& out, std::string_view id, std::string_view event, std::string_view data);

} // namespace drf_messages::api::event_stream
