// SPDX-License-Identifier: MIT
#pragma once

#include "config/load.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace drf_messages::cli {

/// The descriptors that a service manager has opened for us, by what it calls them.
struct HandedOver {
    std::vector<int> site;    ///< to be served
    std::vector<int> metrics; ///< of the name "metrics"
};

/// What of the environment hands sockets over: LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES. Nothing when
/// another process is meant.
/// - throws std::runtime_error for one that is no stream socket that listens, and for a text that
///   is no number.
/// - systemd: sd_listen_fds(3).
HandedOver handed_over(const config::Environment& environment);

/// Says to a service manager what becomes of this process, where one wants to know (NOTIFY_SOCKET).
/// Thread safe.
/// - systemd: sd_notify(3), sd_watchdog_enabled(3).
class ServiceManager {
public:
    /// Takes what is meant for this process out of the real environment, so that no child has it.
    /// Before the second thread.
    explicit ServiceManager(const config::Environment& environment);

    bool is_there() const noexcept { return !socket_.empty(); }
    /// Within which it wants to hear that the process lives (WATCHDOG_USEC); absent: it does not.
    std::optional<std::chrono::microseconds> watchdog() const noexcept { return watchdog_; }
    /// - lines: "READY=1", "STATUS=…", as sd_notify() has them. Waits two seconds at most.
    void notify(std::string_view lines) const noexcept;

private:
    std::string socket_;
    std::optional<std::chrono::microseconds> watchdog_;
};

/// Tells a service manager, in a thread and as long as this lives, the status where that changes,
/// and that the server lives, each time that it has shown so.
class ServiceWatch {
public:
    struct Server {
        std::function<std::string()> status; ///< for people
        std::function<void()> ask_for_life;  ///< as of server::Server
        std::function<bool()> is_alive;
    };

    /// - manager: must live longer; where it is not there, nothing is done.
    ServiceWatch(const ServiceManager& manager, Server server);
    ~ServiceWatch();
    ServiceWatch(const ServiceWatch&) = delete;
    ServiceWatch& operator=(const ServiceWatch&) = delete;

private:
    void watch();
    void look();

    const ServiceManager& manager_;
    const Server server_;
    // of the thread alone
    std::string told_status_;
    bool is_asked_ = false; ///< whether it lives

    std::mutex mutex_;
    std::condition_variable changed_;
    bool over_ = false;
    std::thread thread_;
};

} // namespace drf_messages::cli
