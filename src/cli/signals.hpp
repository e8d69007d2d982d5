// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace drf_messages::cli {

/// What signals do to a process that serves, for as long as this lives: SIGTERM and SIGINT end it,
/// SIGHUP, SIGUSR1 and SIGUSR2 do not. A thread takes them, so nothing is interrupted by one. Make
/// it before the process's second thread, which would otherwise take them as the system does.
class Signals {
public:
    using Action = std::function<void()>;
    /// Takes the action back when it goes.
    using Lease = std::shared_ptr<void>;

    /// - drain_timeout: the process ends this long after the first SIGTERM, and at the second, with
    ///   status 0, whatever still runs in it then.
    explicit Signals(std::chrono::milliseconds drain_timeout);
    ~Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    /// What SIGTERM and SIGINT do: `first` once, `again` at each further one. Without it they end
    /// the process as they do by default. The actions must not wait.
    [[nodiscard]] Lease at_end(Action first, Action again);
    /// What SIGHUP does; without it, nothing. The same holds for the action.
    [[nodiscard]] Lease at_hangup(Action action);

private:
    struct Ending {
        Action first;
        Action again;
    };

    void run();
    int next() const;
    void take(int signal);
    void end(int signal);
    void end_when_overdue() const;

    const std::chrono::milliseconds drain_timeout_;
    sigset_t before_{};
    sigset_t taken_{};
    std::mutex mutex_;
    Ending ending_;
    Action hangup_;
    std::optional<std::chrono::steady_clock::time_point> deadline_; ///< of the thread alone
    bool over_ = false;
    std::thread thread_;
};

} // namespace drf_messages::cli
