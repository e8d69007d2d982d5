// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/log.hpp>

#include <memory>
#include <string_view>

namespace drf_messages::cli {

class LogQueue;

enum class LogFormat { text, json };

/// The log of a server: lines with time and level. Nobody who logs waits for whoever reads it.
/// Thread safe.
class Log {
public:
    /// - descriptor: of what is written to, open for as long as this lives.
    explicit Log(int descriptor, LogFormat format = LogFormat::text);
    /// Waits until all lines are written.
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    LogSink sink() const;
    /// A line as it is, with its end.
    void write(std::string_view line);
    /// Waits until all lines are written. Those that come later are dropped.
    void finish();
    /// If it is a file: goes on in the one that now has its name.
    void reopen();

private:
    std::shared_ptr<LogQueue> queue_;
};

} // namespace drf_messages::cli
