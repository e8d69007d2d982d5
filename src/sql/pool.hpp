// SPDX-License-Identifier: MIT
#pragma once

#include "base/per_process.hpp"
#include "base/process.hpp"
#include "fibers/turns.hpp"
#include "sql/connection.hpp"
#include "sql/renewals.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace drf_messages::sql {

/// Opens a connection; throws sql::Error when the database cannot be reached.
using ConnectionFactory = std::function<std::unique_ptr<Connection>()>;

/// What a child of fork() makes of a pool's connections.
enum class OverFork {
    abandon, ///< it leaves them to its parent, which goes on with them, and opens its own
    /// For SQLite's files, of which the child must inherit no handle, not even an unused one: its
    /// SQLite would believe that this process holds the parent's locks. The parent closes what is
    /// idle before it forks; if anything of the file is in use then, the child cannot use it.
    close_before,
    keep, ///< the child goes on with its copy: of a database in memory
};

/// When a pool looks twice at a connection before it lends it.
struct PoolUpkeep {
    /// Older ones are closed; 0: never.
    std::chrono::milliseconds max_age{0};
    /// Those that nobody has used for as long are asked whether they live (SELECT 1); what between
    /// here and the server forgets idle connections may have forgotten them. Not for SQLite.
    std::chrono::milliseconds check_after_idle = std::chrono::seconds(30);
    OverFork over_fork = OverFork::abandon;
    /// SQLite's file, by which pools of one file know each other; empty: none
    std::string file = {};
    /// By which the connections know of renew(); null where they do not.
    std::shared_ptr<Renewals> renewals = {};
    /// Called, again and again, where the database lets no more connections in and has let none in
    /// for this pool: closes what others hold. Empty: they hold none.
    std::function<void()> make_room = {};
};

/// A bounded set of connections, shared by threads; whoever has waited longest is served first.
/// Opened when first needed, kept open. Each process has its own: see OverFork.
class Pool {
    using SteadyClock = std::chrono::steady_clock;
    struct Pooled {
        std::unique_ptr<Connection> connection;
        SteadyClock::time_point opened{};
        SteadyClock::time_point returned{};
    };
    struct Shared;

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
        Lease(Pool& pool, Shared& shared, Pooled pooled);
        Pool* pool_;
        Shared* shared_;
        Pooled pooled_;
    };

    /// Says, for as long as it lives, that this thread (in a fiber: this fiber) has a transaction
    /// open on a connection of the pool.
    class OpenTransaction {
    public:
        explicit OpenTransaction(const Pool& pool);
        OpenTransaction(const OpenTransaction&) = delete;
        OpenTransaction& operator=(const OpenTransaction&) = delete;
        ~OpenTransaction();

    private:
        friend class Pool;
        const Pool& pool_;
        const void* fiber_;
        OpenTransaction* next_; ///< of this thread
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

    /// Where the database gives fewer connections than the pool may have, those that it gives are
    /// waited for as if they were all.
    /// Throws sql::Error, kind busy, when no connection gets free in time; std::logic_error where
    /// refuse_in_transaction() does, after close(), and in a child that cannot use the database.
    Lease acquire();

    /// Throws std::logic_error when this thread has an OpenTransaction: another connection would
    /// wait for it, or do what is not undone with it.
    void refuse_in_transaction() const;

    /// Connections that lead elsewhere than new ones, perhaps: what is idle is closed, and what is
    /// in use as soon as it comes back.
    void renew() noexcept;

    /// Connections of this process that are open.
    struct Open {
        std::size_t idle = 0;
        std::size_t lent = 0;
    };
    Open open_connections();

    /// The end of its site: what is idle is closed, what is in use as soon as it comes back.
    void close() noexcept;
    static constexpr const char* after_close = "a site was used after it had ended";

private:
    /// What one process has.
    struct Shared {
        explicit Shared(std::size_t size) : turns(size) {}

        fibers::Turns turns; ///< one for each lease, or for who opens a connection
        std::mutex mutex;
        std::vector<Pooled> idle;           ///< the one that was used last at the end
        std::size_t resting = 0;            ///< of these, from the beginning: Connection::rest()
        std::atomic<std::size_t> in_use{0}; ///< connections outside of `idle`, at least
        std::atomic<std::size_t> lent{0};   ///< those of them that are open
        bool is_unsafe = false;             ///< OverFork::close_before came too late
        /// Turns of connections that the database did not give: nobody has them.
        std::size_t withheld = 0;
        SteadyClock::time_point ask_again{}; ///< when to see whether it gives one of them
    };
    struct Refusal;

    std::unique_ptr<Shared> make_shared(Shared* inherited) const;
    void take_turn(Shared& shared, std::chrono::nanoseconds wait, const char* otherwise) const;
    static void end_turn(Shared& shared) noexcept;
    static std::size_t freed_turns(Shared& shared) noexcept;
    Pooled idle_or_new(Shared& shared, Refusal& refusal);
    void wait_for_another(Shared& shared, Refusal& refusal);
    static bool withhold_turn(Shared& shared);
    Pooled take_idle(Shared& shared) const;
    static Pooled pop_idle(Shared& shared) noexcept;
    static void let_one_rest(Shared& shared, SteadyClock::time_point now) noexcept;
    void close_idle() noexcept;
    bool is_fit(const Pooled& pooled, SteadyClock::time_point now) const;
    void give_back(Shared& shared, Pooled pooled) noexcept;
    void before_fork() noexcept;
    void after_fork() noexcept;

    ConnectionFactory open_;
    std::size_t size_;
    std::chrono::milliseconds wait_;
    PoolUpkeep upkeep_;
    std::atomic<bool> closed_{false};
    PerProcess<Shared> shared_;
    Shared* at_fork_ = nullptr; ///< whose mutex before_fork() has locked
    std::uint64_t forking_ = 0; ///< the process that does, where its file is unsafe by that; else 0
    AroundFork around_fork_;
};

} // namespace drf_messages::sql
