// SPDX-License-Identifier: MIT
#pragma once

#include "fibers/wake_up.hpp"
#include "sql/error.hpp"
#include "sql/sqlite/known_file.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>

namespace drf_messages::sql::sqlite {

class SharedCommit;

/// The write lock that the connections of one factory share: handed on in the order of asking.
/// SQLite itself lets the waiters poll, so that under load some of them starve until their timeout.
///
/// Instead of committing, the holder may hand the lock on with its open transaction, to the first
/// who wants to join one. So those who join overtake the others, but only as long as one
/// transaction may take. Thread safe.
class WriteQueue {
public:
    /// Writes into an open transaction, in the thread of whoever has that. Must not throw.
    using Work = std::function<void(const std::shared_ptr<SharedCommit>&)>;

    /// Who asks for the lock and would also take it with an open transaction of this file.
    struct Joining {
        const FileIdentity& file;
        /// All that is to be written: who has a transaction open does it himself, and wakes up this
        /// one when it is committed or not. Null: it takes the lock for that.
        const Work* work = nullptr;
        std::shared_ptr<SharedCommit> joined; ///< what acquire() has got; null: the lock alone
        bool is_done = false;                 ///< `work` is; acquire() has got no lock
    };

    /// What became of the lock.
    enum class HandedOn {
        to_nobody,  ///< it is the caller's, and is to stay so
        to_another, ///< who has it now, with the transaction
        for_a_while ///< another's work was done; it is the caller's
    };

    static constexpr std::chrono::seconds usual_longest_hold{2};

    /// - patient: how many may wait until their deadline, the holder included; the others give up
    ///   when the lock has not been handed on for `longest_hold`.
    /// - longest_shared: from when a transaction is so old nobody joins it.
    explicit WriteQueue(
        std::size_t patient = std::numeric_limits<std::size_t>::max(),
        std::chrono::milliseconds longest_hold = usual_longest_hold,
        std::chrono::milliseconds longest_shared = std::chrono::milliseconds(0)
    )
        : patient_(patient), longest_hold_(longest_hold), longest_shared_(longest_shared) {}

    /// Waits for the lock, or until `joining` is done; false when it is neither by `deadline`.
    bool acquire(std::chrono::steady_clock::time_point deadline, Joining* joining = nullptr);

    /// As acquire, but only when nobody holds the lock or waits for it.
    bool try_acquire();

    void release();

    /// Whether anybody waits who would join, or is likely to come.
    bool expects_joining() const noexcept {
        return joining_.load(std::memory_order_relaxed) != 0 ||
               expected_.load(std::memory_order_relaxed) > 1;
    }

    /// Gives the lock with an open transaction to the first who would join it, of this thread where
    /// one of its fibers would; or does his work. Where nobody is there, but more have been lately,
    /// it waits for them, for less than what a commit takes. To nobody where nobody comes, and
    /// where the transaction has lasted or grown enough.
    HandedOn hand_on(const std::shared_ptr<SharedCommit>& commit);

    /// The end of a shared commit and of the lock, for all of whom it was.
    void release(SharedCommit& commit, std::optional<Error> failure) noexcept;

    /// How often the lock has been given back. What one thread reads after another's release() it
    /// sees as larger.
    std::uint64_t turns() const noexcept { return turns_.load(std::memory_order_acquire); }

    /// How many stand in the queue.
    std::size_t waiting() const;

    /// Whether who has the lock waits for others to join.
    bool waits_for_more() const;

private:
    struct Waiter {
        fibers::WakeUp turn;
        bool granted = false;
        bool is_taken = false; ///< it will be granted, however long that takes
        Joining* joining = nullptr;
        const fibers::Scheduler* thread = nullptr; ///< of a fiber
        Waiter* next = nullptr;                    ///< whose work was done
    };
    using Waiters = std::deque<Waiter*>;

    using Lock = std::unique_lock<std::mutex>;

    // under the mutex
    void take();
    void begin_turn();
    void end_turn();
    void hand_on();
    bool may_grow() const;
    bool join_parked(Joining& joining);
    bool expects_more();
    bool park(Lock& lock, const std::shared_ptr<SharedCommit>& commit);
    Waiters::iterator find_joining(const FileIdentity& file);
    void grant(Waiters::iterator next);
    Waiter& take_out(Waiters::iterator next);
    static void wake(Waiter& waiter) noexcept;
    void forget(Waiters::iterator waiter);
    void leave(Waiter& waiter);

    const std::size_t patient_;
    const std::chrono::milliseconds longest_hold_;
    const std::chrono::milliseconds longest_shared_;
    std::atomic<std::uint64_t> turns_{0};
    std::atomic<std::size_t> joining_{0}; ///< of those who wait
    mutable std::mutex mutex_;
    bool held_ = false;
    std::chrono::steady_clock::time_point held_since_;
    std::chrono::steady_clock::time_point opened_; ///< the transaction of who holds it
    std::size_t sharing_ = 0;                      ///< how many have joined that
    Waiters waiters_;
    Waiter* done_ = nullptr; ///< whose work is to be committed

    // Waiting for more.
    Waiter* parked_ = nullptr; ///< who has the lock and would give it to one who comes
    std::shared_ptr<SharedCommit> parked_commit_;
    std::atomic<std::size_t> expected_{1}; ///< how many seem to write
    std::optional<std::chrono::steady_clock::time_point> expected_until_; ///< in this transaction
    bool has_waited_ = false;                                             ///< this transaction
    std::size_t in_vain_ = 0; ///< how many transactions do without, after the last time in vain
    std::size_t without_ = 0; ///< how many of them are left
    std::optional<std::chrono::steady_clock::time_point> committing_since_;
    std::chrono::steady_clock::duration commit_took_{0};
};

} // namespace drf_messages::sql::sqlite
