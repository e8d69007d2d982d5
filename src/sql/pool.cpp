// SPDX-License-Identifier: MIT
#include "sql/pool.hpp"

#include "sql/error.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace drf_messages::sql {

Pool::Lease::Lease(Pool& pool, Pooled pooled) : pool_(&pool), pooled_(std::move(pooled)) {}

Pool::Lease::Lease(Lease&& other) noexcept
    : pool_(other.pool_), pooled_(std::move(other.pooled_)) {}

Pool::Lease::~Lease() {
    if (pooled_.connection) {
        pool_->give_back(std::move(pooled_));
    }
}

Pool::Pool(
    ConnectionFactory open, std::size_t size, std::chrono::milliseconds wait, PoolUpkeep upkeep
)
    : open_(std::move(open)), size_(size), wait_(wait), upkeep_(upkeep) {
    if (size_ == 0) {
        throw std::invalid_argument("a pool needs at least one connection");
    }
    // give_back() must not allocate, since it runs in a destructor.
    idle_.reserve(size_);
}

Pool::~Pool() = default;

Pool::Lease Pool::acquire() {
    take_turn();
    try {
        for (Pooled pooled = take_idle(); pooled.connection; pooled = take_idle()) {
            if (is_fit(pooled, SteadyClock::now())) {
                return Lease(*this, std::move(pooled));
            }
        }
        auto connection = open_();
        return Lease(*this, Pooled{std::move(connection), SteadyClock::now(), {}});
    } catch (...) {
        const std::lock_guard lock(mutex_);
        pass_turn();
        throw;
    }
}

void Pool::take_turn() {
    std::unique_lock lock(mutex_);
    if (turns_taken_ < size_) {
        ++turns_taken_;
        return;
    }
    Waiter self;
    waiting_.push_back(&self);
    if (!self.served.wait_until(lock, SteadyClock::now() + wait_, [&self] {
            return self.has_turn;
        })) {
        waiting_.erase(std::find(waiting_.begin(), waiting_.end(), &self));
        throw Error(
            ErrorKind::busy,
            "acquire a connection",
            {},
            "all " + std::to_string(size_) + " connections are in use"
        );
    }
}

/// With the mutex held: to the next in line, so that nobody who comes later is faster.
void Pool::pass_turn() noexcept {
    if (waiting_.empty()) {
        --turns_taken_;
        return;
    }
    Waiter& next = *waiting_.front();
    waiting_.pop_front();
    next.has_turn = true;
    next.served.notify();
}

/// The one that was used last has the warmest caches.
Pool::Pooled Pool::take_idle() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) {
        return {};
    }
    Pooled pooled = std::move(idle_.back());
    idle_.pop_back();
    return pooled;
}

bool Pool::is_fit(const Pooled& pooled, SteadyClock::time_point now) const {
    Connection& connection = *pooled.connection;
    if (!connection.usable() ||
        (upkeep_.max_age.count() > 0 && now - pooled.opened > upkeep_.max_age)) {
        return false;
    }
    if (connection.dialect() == Dialect::sqlite ||
        now - pooled.returned < upkeep_.check_after_idle) {
        return true;
    }
    try {
        connection.query({"check an idle connection", "SELECT 1"}, {}, [](const Row&) {});
        return true;
    } catch (const Error&) {
        return false;
    }
}

void Pool::give_back(Pooled pooled) noexcept {
    pooled.connection->end_snapshot();
    const bool usable = pooled.connection->usable();
    if (!usable) {
        // Closing may take its time.
        pooled.connection.reset();
    }
    pooled.returned = SteadyClock::now();
    const std::lock_guard lock(mutex_);
    if (usable) {
        idle_.push_back(std::move(pooled));
    }
    pass_turn();
}

} // namespace drf_messages::sql
