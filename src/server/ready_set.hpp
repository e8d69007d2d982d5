// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace drf_messages::server {

class Connection;

/// Who has a connection, as far as a ReadySet is concerned.
class Parking {
public:
    /// Whoever has it begins to leave it.
    void begin() noexcept { state_.store(State::parking, std::memory_order_relaxed); }
    /// False when its event has come already, which nobody else will answer.
    bool finish() noexcept { return change(State::parking, State::parked); }
    /// Whether the caller has it now. One that is still being left is told of the event.
    bool take() noexcept {
        return take_back() || (!change(State::parking, State::event_came) && take_back());
    }
    /// The same without an event.
    bool take_back() noexcept { return change(State::parked, State::taken); }

private:
    enum class State { taken, parking, event_came, parked };

    bool change(State from, State to) noexcept {
        return state_.compare_exchange_strong(from, to, std::memory_order_acq_rel);
    }

    std::atomic<State> state_{State::taken};
};

/// The connections that wait for a worker, seen by all of them through one epoll: the kernel wakes
/// one worker a request, and nothing is handed from thread to thread. From any thread.
class ReadySet {
public:
    enum class Wait {
        request,  ///< until bytes of the client arrive, or its end
        turn,     ///< for a worker alone: the request has been read
        next_turn ///< the same behind an answer: the client had sent its next request already
    };

    ReadySet();
    ReadySet(const ReadySet&) = delete;
    ReadySet& operator=(const ReadySet&) = delete;
    ~ReadySet();

    /// Leaves the connection to whoever takes it next, who may be at it before this returns. False
    /// when the system has no room for another one.
    bool park(const std::shared_ptr<Connection>& connection, int fd, Wait wait);
    /// The next one whose wait is over; null after stop().
    std::shared_ptr<Connection> wait();
    /// The same at once; null when there is none.
    std::shared_ptr<Connection> poll();
    /// The same without those that wait for a turn behind an answer.
    std::shared_ptr<Connection> poll_arrived();

    /// As many as may have a next_turn at a time, so that a client which sends request after
    /// request leaves workers to the others. Before the first worker waits.
    void set_most_next_turns(std::size_t most) noexcept { most_next_turns_ = most; }
    /// Around the work on a request that has waited for a next_turn.
    void begin_next_turn();
    void end_next_turn();

    /// Whoever of those that wait is the first to come by, or comes back from a request, gives a
    /// sign of life.
    void ask_for_life();
    bool is_alive() const noexcept { return !life_is_asked_for_.load(std::memory_order_acquire); }

    /// Takes a connection that still waits; false when it does not, since somebody has it.
    bool take_back(Connection& connection);
    /// Before its descriptor is closed.
    void forget(const Connection& connection);

    /// Readable while somebody's wait is over, and after stop().
    int descriptor() const noexcept { return epoll_; }
    bool is_stopped() const noexcept { return stopped_.load(std::memory_order_relaxed); }

    /// Wakes everybody who is in wait() or enters it later, for good.
    void stop();
    void clear();

private:
    using Connections = std::unordered_map<std::uint64_t, std::shared_ptr<Connection>>;

    std::shared_ptr<Connection> next(int timeout_ms, bool& stopped);
    std::shared_ptr<Connection> take_next_turn();
    std::shared_ptr<Connection> take(std::uint64_t id);
    bool enroll(const std::shared_ptr<Connection>& connection);
    void let_next_turns_in();
    void close_all() noexcept;
    void give_sign_of_life() noexcept;

    int epoll_ = -1;
    int stop_event_ = -1;
    /// Those that wait for a next_turn. In epoll_ it is one of many, which all have their turns in
    /// the order in which they are ready: whoever has not been answered yet waits for one of these
    /// at most, however many they are.
    int next_turns_ = -1;
    std::size_t most_next_turns_ = 1;
    std::atomic<std::size_t> next_turns_under_way_{0};
    int life_event_ = -1; ///< always readable; in epoll_ until one has seen it
    std::atomic<bool> life_is_asked_for_{true};
    std::atomic<bool> stopped_{false};
    std::mutex mutex_;
    Connections connections_;
};

} // namespace drf_messages::server
