// SPDX-License-Identifier: MIT
#pragma once

#include "sql/postgresql/connector.hpp"
#include "sql/postgresql/parameters.hpp"
#include "sql/postgresql/pipeline_wire.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

namespace drf_messages::sql::postgresql {

/// One connection on which the queries of many threads travel together: each is sent at once,
/// without waiting for the answers to those before it, and is a transaction of its own. There is
/// no thread of ours: of those who wait, one (the leader) reads the socket for all, and leaves that
/// to another when it has its own answer. A fiber sends no sooner than all others of its thread
/// wait, and then what all of them ask.
///
/// The server refuses to write on its behalf, so that a query can be sent again when the connection
/// dies. Thread safe.
class SharedPipeline {
public:
    explicit SharedPipeline(std::shared_ptr<Connector> connector);
    ~SharedPipeline();
    SharedPipeline(const SharedPipeline&) = delete;
    SharedPipeline& operator=(const SharedPipeline&) = delete;

    /// Sends queries and waits for their whole answers, which may be errors of the server. Neither
    /// answer nor error are set where one has to go another way: is_pooled() or is_away() has
    /// turned out to be true, or the server gives no connection for this.
    void exchange(std::span<PipelineCall> calls);

    /// Closes the connection for a while, in which the queries go another way; false when there is
    /// none.
    bool give_way();

    /// Whether it does so at present.
    bool is_away() const noexcept;

    /// How many queries are under way.
    std::size_t load() const noexcept { return load_.load(std::memory_order_relaxed); }

    /// Whether the server has been busy with one query for longer than most take: others had
    /// better go another way.
    bool is_held_up() const noexcept;

    /// Whether a pooler stands between, behind which this cannot be used.
    bool is_pooled() const noexcept { return pooled_.load(std::memory_order_relaxed); }

private:
    using Lock = std::unique_lock<std::mutex>;

    bool can_join_next_batch() const;
    void gather(Lock& lock, const PipelineWaiter& waiter);
    void lead(Lock& lock, const PipelineWaiter& waiter);
    void send_waiting(Lock& lock);
    bool connect(Lock& lock);
    void work(Lock& lock, bool readable);
    void wait_for_answers(Lock& lock);
    void break_off(Lock& lock);
    static void finish(PipelineCall& call);
    void fail_waiting(const Error* error);
    void wake_successor();
    void note_first();
    bool is_outdated() const;
    bool is_too_old() const;

    const std::shared_ptr<Connector> connector_;
    const int alarm_; ///< an eventfd that ends the leader's waiting

    std::mutex mutex_;
    /// Whoever sets it uses the wire alone, without holding the mutex, and looks at waiting_ before
    /// he clears it.
    bool in_use_ = false;
    bool has_leader_ = false;
    bool gathering_ = false;             ///< a fiber is about to send what waits
    fibers::WakeUp at_rest_;             ///< in_use_ was cleared, for the leader
    std::vector<PipelineCall*> waiting_; ///< not sent yet
    std::unique_ptr<PipelineWire> wire_;
    SinceRenewal since_renewal_; ///< of the wire
    std::chrono::steady_clock::time_point connected_at_;

    std::atomic<std::size_t> load_{0};
    /// first_since() of the wire in ticks of the clock; 0 while nothing is under way
    std::atomic<std::chrono::steady_clock::rep> first_since_{0};
    std::atomic<bool> pooled_{false};
    std::atomic<std::chrono::steady_clock::rep> away_until_{0}; ///< in ticks of the clock
};

} // namespace drf_messages::sql::postgresql
