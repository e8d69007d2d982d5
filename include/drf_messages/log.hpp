// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string_view>

namespace drf_messages {

enum class LogLevel { debug, info, warning, error };

/// Where log lines go. The library never prints: an application passes in a sink, the server passes
/// spdlog's. A sink must be thread safe; a line never contains a token, a cookie's value, a
/// password or the text of a message.
using LogSink = std::function<void(LogLevel, std::string_view line)>;

/// A sink that drops every line.
inline LogSink no_log() {
    return [](LogLevel, std::string_view) {};
}

} // namespace drf_messages
