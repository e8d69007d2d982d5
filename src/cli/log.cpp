// SPDX-License-Identifier: MIT
#include "cli/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

#include <memory>
#include <mutex>
#include <ostream>

namespace drf_messages::cli {

namespace {

/// spdlog's ostream_sink writes nothing more once a write has failed: on a disk that was full for
/// a moment the log would end for good.
class StreamSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit StreamSink(std::ostream& out) : out_(out) {}

private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        out_.clear();
        out_.write(line.data(), static_cast<std::streamsize>(line.size())).flush();
    }

    void flush_() override { out_.flush(); }

    std::ostream& out_;
};

} // namespace

LogSink stream_log(std::ostream& out) {
    auto logger =
        std::make_shared<spdlog::logger>("drf-messages", std::make_shared<StreamSink>(out));
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
