// SPDX-License-Identifier: MIT
#include "sql/pool.hpp"

#include "sql/error.hpp"

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
    : open_(std::move(open)), size_(size), wait_(wait), upkeep_(upkeep), turns_(size) {
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
        turns_.give_back();
        throw;
    }
}

void Pool::take_turn() {
    if (!turns_.take(wait_)) {
        throw Error(
            ErrorKind::busy,
            "acquire a connection",
            {},
            "all " + std::to_string(size_) + " connections are in use"
        );
    }
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
    if (usable) {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(pooled));
    }
    turns_.give_back();
}

} // namespace drf_messages::sql
