// SPDX-License-Identifier: MIT
#pragma once

#include "server/answered.hpp"

#include <drf_messages/log.hpp>

#include <string>
#include <string_view>

namespace drf_messages::cli {

// Lines of a log, each a JSON object in ASCII with its end: nothing in it, whoever has sent it,
// begins another line or breaks the JSON.

/// `{"time":"2026-03-01T12:00:00.123456+00:00","level":"info","message":"…"}`. What is long is cut
/// off.
std::string json_line(LogLevel level, std::string_view text);

/// The same of an answer, with client, method, path, route, status, bytes and duration in seconds,
/// and of a request that belongs to a trace its ids. Neither query nor any other field gets in.
/// - trust_forwarded_for: as for server::client_of().
std::string json_access_line(const server::Answered& answered, bool trust_forwarded_for);

} // namespace drf_messages::cli
