// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace drf_messages::server {

class Connection;

/// The threads that run the handler, one request at a time each. The queue cannot outgrow the
/// number of connections: each has at most one request in it.
class WorkerPool {
public:
    ~WorkerPool() { stop(); }

    void start(std::size_t threads);
    void push(std::shared_ptr<Connection> connection);
    /// Waits for the handlers that run; what still waits is dropped.
    void stop();

private:
    void work();

    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<std::shared_ptr<Connection>> waiting_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

} // namespace drf_messages::server
