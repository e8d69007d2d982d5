// SPDX-License-Identifier: MIT
#include "server/worker_pool.hpp"

#include "server/connection.hpp"

#include <algorithm>
#include <utility>

namespace drf_messages::server {

void WorkerPool::start(std::size_t threads) {
    for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i) {
        threads_.emplace_back([this] { work(); });
    }
}

void WorkerPool::push(std::shared_ptr<Connection> connection) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(connection));
    }
    ready_.notify_one();
}

void WorkerPool::stop() {
    std::deque<std::shared_ptr<Connection>> dropped;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        dropped.swap(waiting_);
    }
    ready_.notify_all();
    for (auto& thread : threads_) {
        thread.join();
    }
    threads_.clear();
}

void WorkerPool::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        ready_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (stopping_) {
            return;
        }
        auto connection = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        Connection::handle(std::move(connection));
        lock.lock();
    }
}

} // namespace drf_messages::server
