// SPDX-License-Identifier: MIT
#pragma once

#include "base/per_process.hpp"
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

/// Connections to one server, shared by threads; each process has its own. A server that does not
/// answer is left alone for a while: requests of that time fail at once, and then one of them tries
/// again.
/// - Connection: has `bool usable()`, false when the server has closed it or sent what nobody asked
///   for.
template<class Connection>
class ConnectionPool {
    class Shared;

public:
    using Open = std::function<std::unique_ptr<Connection>()>;

    /// A borrowed connection. It is kept for others only after answered(): what went wrong on a
    /// connection may still be on its way, and would answer the next question.
    class Lease {
    public:
        Lease(Lease&& other) noexcept
            : shared_(std::exchange(other.shared_, nullptr)),
              connection_(std::move(other.connection_)), reused_(other.reused_) {}
        Lease& operator=(Lease&&) = delete;
        ~Lease() {
            if (shared_ != nullptr) {
                shared_->close(std::move(connection_));
            }
        }

        Connection& operator*() const noexcept { return *connection_; }
        Connection* operator->() const noexcept { return connection_.get(); }
        /// Whether it was opened for an earlier request: the server may have been restarted since.
        bool reused() const noexcept { return reused_; }

        /// The server gave the whole answer; the connection goes back.
        void answered() { std::exchange(shared_, nullptr)->give_back(std::move(connection_)); }
        /// The server refused the question: it is alive, but this connection is not kept.
        void refused() {
            shared_->alive();
            std::exchange(shared_, nullptr)->close(std::move(connection_));
        }
        /// No answer came, or none that can be understood.
        void failed(const std::string& reason, bool timeout) {
            auto* const shared = std::exchange(shared_, nullptr);
            shared->failed(reason, timeout);
            shared->close(std::move(connection_));
        }

    private:
        friend class ConnectionPool;
        Lease(Shared& shared, std::unique_ptr<Connection> connection, bool reused)
            : shared_(&shared), connection_(std::move(connection)), reused_(reused) {}

        Shared* shared_;
        std::unique_ptr<Connection> connection_;
        bool reused_;
    };

    /// - open: throws what derives from std::exception.
    /// - most: how many connections at once, at least 1.
    /// - wait: how long take() waits for one of them.
    ConnectionPool(Open open, std::size_t most, std::chrono::milliseconds wait)
        : open_(std::move(open)), wait_(wait),
          shared_([most = std::max<std::size_t>(1, most)](Shared* /*inherited*/) {
              return std::make_unique<Shared>(most);
          }) {}

    /// - fresh: a new connection, for a question that an old one did not answer.
    /// Throws Error when no connection gets free or the server is left alone, and what `open`
    /// throws.
    Lease take(bool fresh = false) {
        Shared& shared = shared_.get();
        shared.check_resting();
        if (!shared.take_turn(wait_)) {
            throw Error("all connections are in use");
        }
        if (auto connection = shared.take_idle(fresh)) {
            return Lease(shared, std::move(connection), true);
        }
        try {
            return Lease(shared, open_(), false);
        } catch (const std::exception& error) {
            shared.failed(error.what(), false);
            shared.close(nullptr);
            throw;
        }
    }

private:
    /// What one process has.
    class Shared {
    public:
        explicit Shared(std::size_t most) : turns_(most) {}

        bool take_turn(std::chrono::milliseconds wait) { return turns_.take(wait); }

        /// Null: there is none.
        /// - fresh: closes all of them.
        std::unique_ptr<Connection> take_idle(bool fresh) {
            std::vector<std::unique_ptr<Connection>> unusable; // closed after the lock is given up
            const std::lock_guard lock(mutex_);
            if (fresh) {
                unusable.swap(idle_);
            }
            while (!idle_.empty()) {
                auto connection = std::move(idle_.back());
                idle_.pop_back();
                if (connection->usable()) {
                    return connection;
                }
                unusable.push_back(std::move(connection));
            }
            return nullptr;
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

        /// One late answer can be a slow command; two in a row, or a refused connection, are an
        /// outage.
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

    private:
        using Clock = std::chrono::steady_clock;
        static constexpr std::chrono::milliseconds first_rest{100};
        static constexpr std::chrono::milliseconds longest_rest{2000};

        fibers::Turns turns_; ///< one for each lease, or for who opens a connection
        std::mutex mutex_;
        std::vector<std::unique_ptr<Connection>> idle_;
        unsigned failures_ = 0; ///< since the last answer
        std::string reason_;    ///< of the last failure
        std::chrono::milliseconds rest_{0};
        Clock::time_point next_try_{};
    };

    Open open_;
    std::chrono::milliseconds wait_;
    PerProcess<Shared> shared_;
};

} // namespace drf_messages::cache
