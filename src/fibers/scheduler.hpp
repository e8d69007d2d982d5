// SPDX-License-Identifier: MIT
#pragma once

#include <poll.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace drf_messages::fibers {

class Fiber;

/// Absent: never.
using Deadline = std::optional<std::chrono::steady_clock::time_point>;

/// One particular wait of a fiber. Waking it is idempotent: further calls for the same wait are
/// ignored.
struct Ticket {
    Fiber* fiber = nullptr;
    std::uint64_t turn = 0;
};

/// The fibers of one thread: jobs that are written as if each had a thread, of which one runs while
/// the others wait for sockets or for each other. A fiber stays in its thread to its end.
///
/// What waits in any other way holds up the whole thread, and a mutex must not be held by a fiber
/// that waits: another one of the same thread may want it.
class Scheduler {
public:
    /// - most: how many fibers at a time, but for those that are away; each keeps its stack.
    /// - number: which of the threads that have one it is.
    explicit Scheduler(std::size_t most, std::size_t number = 0);
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;
    /// All jobs must have ended.
    ~Scheduler();

    /// Of the fiber that calls; null where a thread runs without one.
    static Scheduler* current() noexcept;

    std::size_t number() const noexcept { return number_; }

    // ---- for the thread itself

    bool is_empty() const noexcept { return alive_ == 0; }
    bool is_full() const noexcept { return alive_ - away_ >= most_; }
    /// Runs a job, which must not throw, until it ends or waits; to its end where there is no
    /// memory for a stack.
    void start(std::function<void()> job);
    /// Lets everybody go on who can; false when nobody can.
    bool go_on();
    /// The same for one who lets others go first.
    bool let_patient_go_on();
    /// Waits until somebody can go on, or until a descriptor, when it is not negative, can be read.
    void wait(int readable);

    // ---- for a fiber

    /// Goes on when all others wait, those that start meanwhile included.
    void let_others_go_first();
    /// Waits until one of the descriptors is as it is to be, or until the deadline; poll() says how
    /// they are.
    void wait_for(std::span<const pollfd> descriptors, Deadline deadline);
    /// Announces that the fiber is going to wait().
    Ticket ticket() const noexcept;
    /// Waits until the ticket is called, or until the deadline.
    void wait_for_call(Deadline deadline);

    /// For what may take long: another one may have the fiber's place.
    void leave() noexcept { ++away_; }
    void come_back() noexcept { --away_; }

    // ---- for every thread

    /// The fiber can go on.
    void call(Ticket ticket) noexcept;

private:
    friend class Fiber;

    struct Waiting {
        Ticket ticket;
        std::vector<pollfd> descriptors;
        Deadline deadline;
    };
    /// Of each fiber one at most, and with room for all of them: nobody fails to wake another.
    using Tickets = std::vector<Ticket>;

    bool add_fiber();
    static void enqueue(Tickets& queue, Ticket ticket) noexcept;
    void run(Fiber& fiber);
    void suspend();
    bool run_next(Tickets& queue);
    void take_calls();
    std::optional<std::chrono::nanoseconds> time_left() const;
    void forget_finished_waits();
    void wake_the_waited(std::span<const pollfd> polled);

    const std::size_t most_;
    const std::size_t number_;
    const int alarm_; ///< an eventfd, for calls from other threads
    std::size_t alive_ = 0;
    std::size_t away_ = 0;
    std::vector<std::unique_ptr<Fiber>> fibers_;
    std::vector<Fiber*> unused_;
    Fiber* running_ = nullptr;
    Tickets ready_;
    Tickets patient_;
    std::vector<Waiting> waiting_;
    std::vector<pollfd> polled_;

    std::mutex mutex_;
    Tickets called_; ///< from other threads
};

} // namespace drf_messages::fibers
