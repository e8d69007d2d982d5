// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/log.hpp>

#include <memory>

namespace drf_messages::cli {

class LogQueue;

/// The log of a server: lines with time and level. Nobody who logs waits for whoever reads it.
/// Thread safe.
class Log {
public:
    /// - descriptor: of what is written to, open for as long as this lives.
    explicit Log(int descriptor);
    /// Waits until all lines are written.
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    LogSink sink() const;
    /// If it is a file: goes on in the one that now has its name.
    void reopen();

private:
    std::shared_ptr<LogQueue> queue_;
};

} // namespace drf_messages::cli
