// SPDX-License-Identifier: MIT
#include <drf_messages/log.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <iterator>
#include <string>

namespace drf_messages {
namespace {

/// What a client has sent may be part of a line: it must neither begin another one nor move the
/// cursor of a terminal.
bool is_control(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

} // namespace

LogSink last_resort_log() {
    return [](LogLevel level, std::string_view line) {
        if (level < LogLevel::warning) {
            return;
        }
        std::string text =
            fmt::format("drf-messages {}: ", level == LogLevel::warning ? "warning" : "error");
        for (const char c : line) {
            if (is_control(c)) {
                fmt::format_to(
                    std::back_inserter(text), "\\x{:02x}", static_cast<unsigned char>(c)
                );
            } else {
                text += c;
            }
        }
        text += '\n';
        // In one piece: other threads write there too. Who has closed it wants no line.
        static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr));
    };
}

} // namespace drf_messages
