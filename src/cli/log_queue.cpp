// SPDX-License-Identifier: MIT
#include "cli/log_queue.hpp"

#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <utility>

namespace drf_messages::cli {
namespace {

using namespace std::chrono_literals;

/// More is given back when the lines are written.
constexpr std::size_t kept_bytes = 64 * 1024;

/// How long lines are gathered after others were written, so that not each of many wakes the
/// thread.
constexpr auto gathering = 5ms;

void clear(std::string& lines) {
    if (lines.capacity() > kept_bytes) {
        std::string().swap(lines);
    } else {
        lines.clear();
    }
}

} // namespace

LogQueue::LogQueue(int descriptor, std::size_t limit_bytes, Format format)
    : limit_bytes_(limit_bytes), format_(format), file_(descriptor) {
    thread_ = std::thread([this] { run(); });
}

void LogQueue::push_line(std::string_view line) {
    bool wakes = false;
    {
        const std::lock_guard lock(mutex_);
        if (finishing_ || line.size() > limit_bytes_ - waiting_.size()) {
            ++dropped_;
            return;
        }
        waiting_ += line;
        wakes = std::exchange(asleep_, false) || is_half_full();
    }
    if (wakes) {
        changed_.notify_one();
    }
}

void LogQueue::reopen() {
    {
        const std::lock_guard lock(mutex_);
        reopens_ = true;
    }
    changed_.notify_one();
}

void LogQueue::finish() {
    {
        const std::lock_guard lock(mutex_);
        finishing_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void LogQueue::run() {
    std::string lines;
    std::unique_lock lock(mutex_);
    while (true) {
        asleep_ = true;
        changed_.wait(lock, [this] { return finishing_ || reopens_ || !waiting_.empty(); });
        asleep_ = false;
        if (waiting_.empty() && !reopens_) {
            return;
        }
        lines.swap(waiting_);
        const auto dropped = std::exchange(dropped_, 0);
        const bool reopens = std::exchange(reopens_, false);
        lock.unlock();
        try {
            write(lines, dropped);
            if (reopens) {
                reopen_file();
            }
        } catch (const std::exception&) {
            // No memory for a line about the log itself; those that are lost stay counted.
        }
        clear(lines);
        lock.lock();
        changed_.wait_for(lock, gathering, [this] {
            return finishing_ || reopens_ || is_half_full();
        });
    }
}

/// - dropped: lines that are missing behind them.
void LogQueue::write(const std::string& lines, std::uint64_t dropped) {
    tell_of_lost();
    lost_ += file_.write(lines);
    lost_ += dropped;
    tell_of_lost();
}

void LogQueue::tell_of_lost() {
    if (lost_ > 0) {
        const auto line = format_(
            LogLevel::warning,
            fmt::format("log: {} lines are missing here, which could not be written", lost_)
        );
        if (file_.write(line) == 0) {
            lost_ = 0;
        }
    }
}

void LogQueue::reopen_file() {
    const auto failed = file_.reopen();
    if (!failed) {
        return;
    }
    const auto line =
        *failed
            ? format_(
                  LogLevel::warning,
                  fmt::format("log: {} cannot be opened again: {}", file_.path(), failed->message())
              )
            : format_(LogLevel::info, "log: opened again, as SIGHUP asks for");
    lost_ += file_.write(line);
}

} // namespace drf_messages::cli
