// SPDX-License-Identifier: MIT
#pragma once

#include "cache/cache.hpp"
#include "fibers/turns.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace drf_messages::cache {

/// Connections to one server, shared by threads. A server that does not answer is left alone for a
/// while: requests of that time fail at once, and then one of them tries again.
/// - Connection: has `bool usable()`, false when the server has closed it or sent what nobody asked
///   for.
template<class Connection>
class ConnectionPool {
public:
    using Open = std::function<std::unique_ptr<Connection>()>;

    /// A borrowed connection. It is kept for others only after answered(): what went wrong on a
    /// connection may still be on its way, and would answer the next question.
    class Lease {
    public:
        Lease(Lease&& other) noexcept
            : pool_(std::exchange(other.pool_, nullptr)), connection_(std::move(other.connection_)),
              reused_(other.reused_) {}
        Lease& operator=(Lease&&) = delete;
        ~Lease() {
            if (pool_ != nullptr) {
                pool_->close(std::move(connection_));
            }
        }

        Connection& operator*() const noexcept { return *connection_; }
        Connection* operator->() const noexcept { return connection_.get(); }
        /// Whether it was opened for an earlier request: the server may have been restarted since.
        bool reused() const noexcept { return reused_; }

        /// The server gave the whole answer; the connection goes back.
        void answered() { std::exchange(pool_, nullptr)->give_back(std::move(connection_)); }
        /// The server refused the question: it is alive, but this connection is not kept.
        void refused() {
            pool_->alive();
            std::exchange(pool_, nullptr)->close(std::move(connection_));
        }
        /// No answer came, or none that can be understood.
        void failed(const std::string& reason, bool timeout) {
            auto* const pool = std::exchange(pool_, nullptr);
            pool->failed(reason, timeout);
            pool->close(std::move(connection_));
        }

    private:
        friend class ConnectionPool;
        Lease(ConnectionPool& pool, std::unique_ptr<Connection> connection, bool reused)
            : pool_(&pool), connection_(std::move(connection)), reused_(reused) {}

        ConnectionPool* pool_;
        std::unique_ptr<Connection> connection_;
        bool reused_;
    };

    /// - open: throws what derives from std::exception.
    /// - most: how many connections at once, at least 1.
    /// - wait: how long take() waits for one of them.
    ConnectionPool(Open open, std::size_t most, std::chrono::milliseconds wait)
        : open_(std::move(open)), wait_(wait), turns_(std::max<std::size_t>(1, most)) {}

    /// - fresh: a new connection, for a question that an old one did not answer.
    /// Throws Error when no connection gets free or the server is left alone, and what `open`
    /// throws.
    Lease take(bool fresh = false) {
        check_resting();
        if (!turns_.take(wait_)) {
            throw Error("all connections are in use");
        }
        std::vector<std::unique_ptr<Connection>> unusable; // closed after the lock is given up
        {
            const std::lock_guard lock(mutex_);
            if (fresh) {
                unusable.swap(idle_);
            }
            while (!idle_.empty()) {
                auto connection = std::move(idle_.back());
                idle_.pop_back();
                if (connection->usable()) {
                    return Lease(*this, std::move(connection), true);
                }
                unusable.push_back(std::move(connection));
            }
        }
        return open();
    }

private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds first_rest{100};
    static constexpr std::chrono::milliseconds longest_rest{2000};

    Lease open() {
        try {
            return Lease(*this, open_(), false);
        } catch (const std::exception& error) {
            failed(error.what(), false);
            close(nullptr);
            throw;
        }
    }

    void check_resting() {
        const std::lock_guard lock(mutex_);
        if (failures_ == 0) {
            return;
        }
        const auto now = Clock::now();
        if (now < next_try_) {
            throw Error(reason_);
        }
        next_try_ = now + rest_;
    }

    /// One late answer can be a slow command; two in a row, or a refused connection, are an outage.
    void failed(const std::string& reason, bool timeout) {
        std::lock_guard lock(mutex_);
        ++failures_;
        reason_ = reason;
        if (timeout && failures_ == 1) {
            rest_ = std::chrono::milliseconds(0);
            next_try_ = Clock::now();
            return;
        }
        rest_ = std::min(longest_rest, failures_ <= 2 ? first_rest : rest_ * 2);
        next_try_ = Clock::now() + rest_;
    }

    void alive() {
        std::lock_guard lock(mutex_);
        failures_ = 0;
    }

    void give_back(std::unique_ptr<Connection> connection) {
        {
            const std::lock_guard lock(mutex_);
            failures_ = 0;
            idle_.push_back(std::move(connection));
        }
        turns_.give_back();
    }

    void close(std::unique_ptr<Connection> connection) {
        connection.reset();
        turns_.give_back();
    }

    Open open_;
    std::chrono::milliseconds wait_;

    fibers::Turns turns_; ///< one for each lease, or for who opens a connection
    std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> idle_;
    unsigned failures_ = 0; ///< since the last answer
    std::string reason_;    ///< of the last failure
    std::chrono::milliseconds rest_{0};
    Clock::time_point next_try_{};
};

} // namespace drf_messages::cache
