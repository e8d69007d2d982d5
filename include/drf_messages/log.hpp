// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>

#include <functional>
#include <string_view>

namespace drf_messages {

enum class LogLevel { debug, info, warning, error };

/// Where log lines go: an application passes in a sink, the server passes spdlog's. A sink must be
/// thread safe; a line never contains a token, a cookie's value, a password or the text of a
/// message.
using LogSink = std::function<void(LogLevel, std::string_view line)>;

/// What a site logs to that was given no sink: warnings and errors, a line each, to standard error.
/// - Python: logging.lastResort.
DRF_MESSAGES_API LogSink last_resort_log();

/// A sink that drops every line.
inline LogSink no_log() {
    return [](LogLevel, std::string_view) {};
}

} // namespace drf_messages
