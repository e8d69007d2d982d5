// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace drf_messages::server {

class Connection;

/// The connections that wait for a worker, seen by all of them through one epoll: the kernel wakes
/// one worker a request, and nothing is handed from thread to thread. From any thread.
class ReadySet {
public:
    enum class Wait {
        request, ///< until bytes of the client arrive, or its end
        turn     ///< for a worker alone: the request has been read
    };

    ReadySet();
    ReadySet(const ReadySet&) = delete;
    ReadySet& operator=(const ReadySet&) = delete;
    ~ReadySet();

    /// Leaves the connection to whoever takes it next, who may be at it before this returns. False
    /// when the system has no room for another one.
    bool park(const std::shared_ptr<Connection>& connection, int fd, Wait wait);
    /// The next one whose wait is over; null after stop().
    std::shared_ptr<Connection> wait();
    /// The same at once; null when there is none.
    std::shared_ptr<Connection> poll();
    /// Takes a connection that still waits; false when it does not, since somebody has it.
    bool take_back(const Connection& connection);
    /// Before its descriptor is closed.
    void forget(const Connection& connection);

    /// Sends everybody home who is in wait(), or comes.
    void stop();
    void clear();

private:
    struct Place {
        std::shared_ptr<Connection> connection;
        bool parked = false;
    };

    std::shared_ptr<Connection> next(int timeout_ms, bool& stopped);
    std::shared_ptr<Connection> take(std::uint64_t id);

    int epoll_ = -1;
    int stop_event_ = -1;
    std::mutex mutex_;
    std::unordered_map<std::uint64_t, Place> places_;
};

} // namespace drf_messages::server
