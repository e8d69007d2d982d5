// SPDX-License-Identifier: MIT
#include "sql/pool.hpp"

#include "sql/error.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace drf_messages::sql {

Pool::Lease::Lease(Pool& pool, std::unique_ptr<Connection> connection)
    : pool_(&pool), connection_(std::move(connection)) {}

Pool::Lease::Lease(Lease&& other) noexcept
    : pool_(other.pool_), connection_(std::move(other.connection_)) {}

Pool::Lease::~Lease() {
    if (connection_) {
        pool_->give_back(std::move(connection_));
    }
}

Pool::Pool(ConnectionFactory open, std::size_t size, std::chrono::milliseconds wait)
    : open_(std::move(open)), size_(size), wait_(wait) {
    if (size_ == 0) {
        throw std::invalid_argument("a pool needs at least one connection");
    }
    // give_back() must not allocate, since it runs in a destructor.
    idle_.reserve(size_);
}

Pool::~Pool() = default;

Pool::Lease Pool::acquire() {
    std::unique_lock lock(mutex_);
    const bool free =
        freed_.wait_for(lock, wait_, [this] { return !idle_.empty() || open_count_ < size_; });
    if (!free) {
        throw Error(
            ErrorKind::busy,
            "acquire a connection",
            {},
            "all " + std::to_string(size_) + " connections are in use"
        );
    }
    while (!idle_.empty()) {
        // The one that was used last has the warmest caches.
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        if (connection->usable()) {
            return Lease(*this, std::move(connection));
        }
        --open_count_;
    }
    ++open_count_;
    lock.unlock();
    try {
        return Lease(*this, open_());
    } catch (...) {
        lock.lock();
        --open_count_;
        freed_.notify_one();
        throw;
    }
}

void Pool::give_back(std::unique_ptr<Connection> connection) noexcept {
    const bool usable = connection->usable();
    if (!usable) {
        connection.reset();
    }
    const std::lock_guard lock(mutex_);
    if (usable) {
        idle_.push_back(std::move(connection));
    } else {
        --open_count_;
    }
    freed_.notify_one();
}

} // namespace drf_messages::sql
