// SPDX-License-Identifier: MIT
#pragma once

#include "fibers/turns.hpp"
#include "server/ready_set.hpp"

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace drf_messages::server {

/// The threads that answer requests, one at a time each or, where waiting is done in fibers,
/// several: a worker reads a request that has arrived, runs the handler and writes the answer
/// itself. While a request waits for what is done in the background (fibers::in_background), its
/// worker's place is another thread's, and once it is answered there is one thread less.
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
    bool all_busy() const noexcept { return busy_ >= count_; }
    /// The same, asked by one of them: a single one cannot tell.
    bool others_busy() const noexcept { return count_ > 1 && all_busy(); }

    ReadySet& ready() noexcept { return ready_; }

private:
    class WorkerSeat;

    void work();
    void stand_in_for_one() noexcept;
    bool let_go_of_this_one();
    void work_in_fibers(std::size_t most, std::size_t number);

    ReadySet ready_;
    std::atomic<std::size_t> busy_{0};
    std::atomic<std::size_t> count_{0}; ///< of seats
    std::optional<fibers::Turns> seats_;

    std::mutex mutex_;
    std::vector<std::thread> threads_;
    std::size_t away_ = 0;
    bool stopping_ = false;
};

} // namespace drf_messages::server
