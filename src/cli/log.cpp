// SPDX-License-Identifier: MIT
#include "cli/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include <memory>

namespace drf_messages::cli {

LogSink stream_log(std::ostream& out) {
    auto logger = std::make_shared<spdlog::logger>(
        "drf-messages", std::make_shared<spdlog::sinks::ostream_sink_mt>(out, true)
    );
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%f%z %l %v");
    return [logger](LogLevel level, std::string_view line) {
        const spdlog::string_view_t text(line.data(), line.size());
        switch (level) {
        case LogLevel::debug:
            logger->log(spdlog::level::debug, text);
            break;
        case LogLevel::info:
            logger->log(spdlog::level::info, text);
            break;
        case LogLevel::warning:
            logger->log(spdlog::level::warn, text);
            break;
        case LogLevel::error:
            logger->log(spdlog::level::err, text);
            break;
        }
    };
}

} // namespace drf_messages::cli
