// SPDX-License-Identifier: MIT
#include "server/ready_set.hpp"

#include "server/connection.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>

namespace drf_messages::server {

namespace {

/// No connection has these.
constexpr std::uint64_t stop_id = 0;
constexpr std::uint64_t next_turns_id = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t life_id = next_turns_id - 1;

int checked(int result, const char* what) {
    if (result < 0) {
        throw std::system_error(errno, std::generic_category(), what);
    }
    return result;
}

epoll_event event_of(std::uint64_t id, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = id;
    return event;
}

/// Whose wait is over; absent when there is none, or a signal came.
std::optional<std::uint64_t> next_id(int epoll, int timeout_ms) {
    epoll_event event{};
    const int count = ::epoll_wait(epoll, &event, 1, timeout_ms);
    if (count < 0 && errno != EINTR) {
        throw std::system_error(errno, std::generic_category(), "epoll_wait");
    }
    if (count <= 0) {
        return std::nullopt;
    }
    const std::uint64_t id = event.data.u64; // packed, so nothing may refer to it
    return id;
}

} // namespace

ReadySet::ReadySet() : epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {
    stop_event_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    next_turns_ = ::epoll_create1(EPOLL_CLOEXEC);
    life_event_ = ::eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
    auto stops = event_of(stop_id, EPOLLIN);
    auto next_turns = event_of(next_turns_id, EPOLLIN | EPOLLONESHOT);
    auto life = event_of(life_id, 0);
    if (stop_event_ < 0 || next_turns_ < 0 || life_event_ < 0 ||
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, stop_event_, &stops) != 0 ||
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, next_turns_, &next_turns) != 0 ||
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, life_event_, &life) != 0) {
        const int error = errno;
        close_all();
        throw std::system_error(error, std::generic_category(), "eventfd");
    }
}

ReadySet::~ReadySet() {
    close_all();
}

void ReadySet::close_all() noexcept {
    for (const int descriptor : {stop_event_, next_turns_, life_event_, epoll_}) {
        if (descriptor >= 0) {
            ::close(descriptor);
        }
    }
}

bool ReadySet::park(const std::shared_ptr<Connection>& connection, int fd, Wait wait) {
    // A socket without unsent bytes is always writable.
    const std::uint32_t events = wait == Wait::request ? EPOLLIN | EPOLLRDHUP : EPOLLOUT;
    auto event = event_of(connection->id(), events | EPOLLONESHOT);
    const int epoll = wait == Wait::next_turn ? next_turns_ : epoll_;
    Parking& parking = connection->parking();
    const bool is_new = enroll(connection);
    // Until it is parked nobody closes it, so the descriptor is its own all the while.
    do {
        parking.begin();
        // It may be the first time in this one, or not.
        if (::epoll_ctl(epoll, is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event) != 0 &&
            (errno != (is_new ? EEXIST : ENOENT) ||
             ::epoll_ctl(epoll, is_new ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) != 0)) {
            if (is_new) {
                forget(*connection);
            }
            return false;
        }
    } while (!parking.finish());
    return true;
}

/// Whether it is new here.
bool ReadySet::enroll(const std::shared_ptr<Connection>& connection) {
    const std::lock_guard lock(mutex_);
    return connections_.try_emplace(connection->id(), connection).second;
}

std::shared_ptr<Connection> ReadySet::wait() {
    bool stopped = false;
    while (!stopped) {
        if (auto connection = next(-1, stopped)) {
            return connection;
        }
    }
    return nullptr;
}

std::shared_ptr<Connection> ReadySet::poll() {
    bool stopped = false;
    return next(0, stopped);
}

std::shared_ptr<Connection> ReadySet::poll_arrived() {
    bool passed_next_turns = false;
    for (;;) {
        const auto id = next_id(epoll_, 0);
        if (!id || *id == stop_id) {
            return nullptr;
        }
        if (*id != next_turns_id) {
            return take(*id);
        }
        let_next_turns_in(); // behind all who are ready now
        if (std::exchange(passed_next_turns, true)) {
            return nullptr;
        }
    }
}

void ReadySet::ask_for_life() {
    life_is_asked_for_.store(true, std::memory_order_release);
    auto event = event_of(life_id, EPOLLIN | EPOLLONESHOT);
    checked(::epoll_ctl(epoll_, EPOLL_CTL_MOD, life_event_, &event), "epoll_ctl");
}

void ReadySet::give_sign_of_life() noexcept {
    if (life_is_asked_for_.load(std::memory_order_relaxed)) {
        life_is_asked_for_.store(false, std::memory_order_release);
    }
}

std::shared_ptr<Connection> ReadySet::next(int timeout_ms, bool& stopped) {
    give_sign_of_life();
    const auto id = next_id(epoll_, timeout_ms);
    if (!id) {
        return nullptr;
    }
    if (*id == life_id) {
        give_sign_of_life();
        return nullptr;
    }
    if (*id == next_turns_id) {
        return take_next_turn();
    }
    stopped = *id == stop_id;
    return stopped ? nullptr : take(*id);
}

std::shared_ptr<Connection> ReadySet::take_next_turn() {
    const auto id = next_id(next_turns_, 0);
    auto connection = id ? take(*id) : nullptr;
    if (!connection || !connection->has_next_turn()) {
        let_next_turns_in(); // whoever has one does so when it begins or ends
    }
    return connection;
}

void ReadySet::begin_next_turn() {
    if (++next_turns_under_way_ < most_next_turns_) {
        let_next_turns_in();
    }
}

void ReadySet::end_next_turn() {
    --next_turns_under_way_;
    let_next_turns_in();
}

/// Until one of them has been taken.
void ReadySet::let_next_turns_in() {
    auto event = event_of(next_turns_id, EPOLLIN | EPOLLONESHOT);
    checked(::epoll_ctl(epoll_, EPOLL_CTL_MOD, next_turns_, &event), "epoll_ctl");
}

/// Null when somebody was faster; the event was one of before.
std::shared_ptr<Connection> ReadySet::take(std::uint64_t id) {
    std::shared_ptr<Connection> connection;
    {
        const std::lock_guard lock(mutex_);
        const auto found = connections_.find(id);
        if (found == connections_.end()) {
            return nullptr;
        }
        connection = found->second;
    }
    return connection->parking().take() ? connection : nullptr;
}

bool ReadySet::take_back(Connection& connection) {
    return connection.parking().take_back();
}

void ReadySet::forget(const Connection& connection) {
    std::shared_ptr<Connection> last;
    const std::lock_guard lock(mutex_);
    if (const auto found = connections_.find(connection.id()); found != connections_.end()) {
        last = std::move(found->second);
        connections_.erase(found);
    }
}

void ReadySet::stop() {
    stopped_.store(true, std::memory_order_relaxed);
    const std::uint64_t one = 1;
    // The counter cannot be full: nobody reads it, and it takes more than a stop a nanosecond.
    [[maybe_unused]] const auto written = ::write(stop_event_, &one, sizeof one);
}

void ReadySet::clear() {
    Connections connections;
    const std::lock_guard lock(mutex_);
    connections.swap(connections_);
}

} // namespace drf_messages::server
