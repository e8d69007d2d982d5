// SPDX-License-Identifier: MIT
#pragma once

#include "server/ready_set.hpp"

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace drf_messages::server {

/// The threads that answer requests, one at a time each or, where waiting is done in fibers,
/// several: a worker reads a request that has arrived, runs the handler and writes the answer
/// itself.
class Workers {
public:
    Workers() = default;
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;
    ~Workers() { stop(); }

    /// - fibers: requests that a thread answers side by side, as long as all but one wait; 1: none.
    void start(std::size_t threads, std::size_t fibers);
    /// Waits for the handlers that run; what still waits is dropped.
    void stop();

    /// Whether a request that arrives now has to wait.
    bool all_busy() const noexcept { return busy_ >= threads_.size(); }

    ReadySet& ready() noexcept { return ready_; }

private:
    void work();
    void work_in_fibers(std::size_t most, std::size_t number);

    ReadySet ready_;
    std::atomic<std::size_t> busy_{0};
    std::vector<std::thread> threads_;
};

} // namespace drf_messages::server
