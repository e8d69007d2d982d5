// SPDX-License-Identifier: MIT
#include "server/ready_set.hpp"

#include "server/connection.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace drf_messages::server {

namespace {

/// No connection has it.
constexpr std::uint64_t stop_id = 0;

int checked(int result, const char* what) {
    if (result < 0) {
        throw std::system_error(errno, std::generic_category(), what);
    }
    return result;
}

} // namespace

ReadySet::ReadySet() : epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {
    stop_event_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = stop_id;
    if (stop_event_ < 0 || ::epoll_ctl(epoll_, EPOLL_CTL_ADD, stop_event_, &event) != 0) {
        const int error = errno;
        ::close(epoll_);
        throw std::system_error(error, std::generic_category(), "eventfd");
    }
}

ReadySet::~ReadySet() {
    ::close(stop_event_);
    ::close(epoll_);
}

bool ReadySet::park(const std::shared_ptr<Connection>& connection, int fd, Wait wait) {
    epoll_event event{};
    // A socket without unsent bytes is always writable.
    event.events = (wait == Wait::turn ? EPOLLOUT : EPOLLIN | EPOLLRDHUP) | EPOLLONESHOT;
    event.data.u64 = connection->id();
    Parking& parking = connection->parking();
    int operation = enroll(connection) ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    // Until it is parked nobody closes it, so the descriptor is its own all the while.
    do {
        parking.begin();
        if (::epoll_ctl(epoll_, operation, fd, &event) != 0) {
            if (operation == EPOLL_CTL_ADD) {
                forget(*connection);
            }
            return false;
        }
        operation = EPOLL_CTL_MOD;
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

std::shared_ptr<Connection> ReadySet::next(int timeout_ms, bool& stopped) {
    epoll_event event{};
    const int count = ::epoll_wait(epoll_, &event, 1, timeout_ms);
    if (count < 0 && errno != EINTR) {
        throw std::system_error(errno, std::generic_category(), "epoll_wait");
    }
    if (count <= 0) {
        return nullptr;
    }
    stopped = event.data.u64 == stop_id;
    return stopped ? nullptr : take(event.data.u64);
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
