// SPDX-License-Identifier: MIT
#pragma once

#include "fibers/turns.hpp"
#include "sql/connection.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace drf_messages::sql {

/// Opens a connection; throws sql::Error when the database cannot be reached.
using ConnectionFactory = std::function<std::unique_ptr<Connection>()>;

/// When a pool looks twice at a connection before it lends it.
struct PoolUpkeep {
    /// Older ones are closed; 0: never.
    std::chrono::milliseconds max_age{0};
    /// Those that nobody has used for as long are asked whether they live (SELECT 1); what between
    /// here and the server forgets idle connections may have forgotten them. Not for SQLite.
    std::chrono::milliseconds check_after_idle = std::chrono::seconds(30);
};

/// A bounded set of connections, shared by threads; whoever has waited longest is served first.
/// Opened when first needed, kept open.
class Pool {
    using SteadyClock = std::chrono::steady_clock;
    struct Pooled {
        std::unique_ptr<Connection> connection;
        SteadyClock::time_point opened{};
        SteadyClock::time_point returned{};
    };

public:
    /// A borrowed connection, given back when it goes out of scope; one that is no longer usable()
    /// is closed instead.
    class Lease {
    public:
        Lease(Lease&& other) noexcept;
        Lease& operator=(Lease&&) = delete;
        ~Lease();
        Connection& operator*() const noexcept { return *pooled_.connection; }
        Connection* operator->() const noexcept { return pooled_.connection.get(); }

    private:
        friend class Pool;
        Lease(Pool& pool, Pooled pooled);
        Pool* pool_;
        Pooled pooled_;
    };

    /// - size: how many connections at most, at least 1.
    /// - wait: how long acquire() waits for a free one.
    Pool(
        ConnectionFactory open,
        std::size_t size,
        std::chrono::milliseconds wait,
        PoolUpkeep upkeep = {}
    );
    ~Pool();

    /// Throws sql::Error, kind busy, when no connection gets free in time.
    Lease acquire();

    std::size_t size() const noexcept { return size_; }

private:
    void take_turn();
    Pooled take_idle();
    bool is_fit(const Pooled& pooled, SteadyClock::time_point now) const;
    void give_back(Pooled pooled) noexcept;

    ConnectionFactory open_;
    std::size_t size_;
    std::chrono::milliseconds wait_;
    PoolUpkeep upkeep_;
    fibers::Turns turns_; ///< `size_` of them: one for each lease, or for who opens a connection
    std::mutex mutex_;
    std::vector<Pooled> idle_;
};

} // namespace drf_messages::sql
