// SPDX-License-Identifier: MIT
#pragma once

#include "cli/log_file.hpp"

#include <drf_messages/log.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace drf_messages::cli {

/// The lines of a log on their way to a file that may take them slowly, or not at all: a thread
/// writes them, and whoever logs does not wait for it. Thread safe.
///
/// spdlog's own queue is bounded by lines, not by bytes, wakes its thread for each of them, and
/// drops the oldest.
class LogQueue {
public:
    /// A line with time, level and end. Must be thread safe.
    using Format = std::string (*)(LogLevel level, std::string_view text);

    /// - limit_bytes: of lines that wait; what comes on top is dropped. A line counts those that
    ///   are missing, at their place.
    LogQueue(int descriptor, std::size_t limit_bytes, Format format);
    ~LogQueue() { finish(); }
    LogQueue(const LogQueue&) = delete;
    LogQueue& operator=(const LogQueue&) = delete;

    void push(LogLevel level, std::string_view text) { push_line(format_(level, text)); }
    /// One that has time, level and end already.
    void push_line(std::string_view line);
    /// Opens the file again, once the lines that wait are written.
    void reopen();
    /// Waits until all lines are written. Those that come later are dropped.
    void finish();

private:
    void run();
    void write(const std::string& lines, std::uint64_t dropped);
    void tell_of_lost();
    void reopen_file();
    bool is_half_full() const { return waiting_.size() > limit_bytes_ / 2; }

    const std::size_t limit_bytes_;
    const Format format_;
    LogFile file_;           ///< of the thread alone
    std::uint64_t lost_ = 0; ///< that the file does not tell of yet; of the thread alone

    std::mutex mutex_;
    std::condition_variable changed_;
    std::string waiting_;
    std::uint64_t dropped_ = 0; ///< behind those that wait
    bool asleep_ = false;
    bool reopens_ = false;
    bool finishing_ = false;
    std::thread thread_;
};

} // namespace drf_messages::cli
