// SPDX-License-Identifier: MIT
#include "cli/log.hpp"

#include "cli/json_log.hpp"
#include "cli/log_queue.hpp"

#include <spdlog/details/log_msg.h>
#include <spdlog/pattern_formatter.h>

#include <cstddef>
#include <string>

namespace drf_messages::cli {

namespace {

/// Of lines that nobody takes: some eight thousand requests.
constexpr std::size_t waiting_bytes = 1024 * 1024;

spdlog::level::level_enum level_of(LogLevel level) {
    switch (level) {
    case LogLevel::debug:
        return spdlog::level::debug;
    case LogLevel::info:
        return spdlog::level::info;
    case LogLevel::warning:
        return spdlog::level::warn;
    case LogLevel::error:
        break;
    }
    return spdlog::level::err;
}

std::string log_line(LogLevel level, std::string_view text) {
    thread_local spdlog::pattern_formatter formatter("%Y-%m-%dT%H:%M:%S.%f%z %l %v");
    const spdlog::details::log_msg message(
        "drf-messages", level_of(level), spdlog::string_view_t(text.data(), text.size())
    );
    spdlog::memory_buf_t line;
    formatter.format(message, line);
    return {line.data(), line.size()};
}

} // namespace

Log::Log(int descriptor, LogFormat format)
    : queue_(std::make_shared<LogQueue>(
          descriptor, waiting_bytes, format == LogFormat::json ? json_line : log_line
      )) {}

Log::~Log() {
    queue_->finish();
}

LogSink Log::sink() const {
    return [queue = queue_](LogLevel level, std::string_view line) { queue->push(level, line); };
}

void Log::write(std::string_view line) {
    queue_->push_line(line);
}

void Log::finish() {
    queue_->finish();
}

void Log::reopen() {
    queue_->reopen();
}

} // namespace drf_messages::cli
