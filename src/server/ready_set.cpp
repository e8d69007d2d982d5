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
    // Locked to the end: once it can be taken it can be closed, and its descriptor be another's.
    const std::lock_guard lock(mutex_);
    Place& place = places_[connection->id()];
    const bool is_new = !place.connection;
    if (::epoll_ctl(epoll_, is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event) != 0) {
        if (is_new) {
            places_.erase(connection->id());
        }
        return false;
    }
    if (is_new) {
        place.connection = connection;
    }
    place.parked = true;
    return true;
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
    const std::lock_guard lock(mutex_);
    const auto place = places_.find(id);
    if (place == places_.end() || !std::exchange(place->second.parked, false)) {
        return nullptr;
    }
    return place->second.connection;
}

bool ReadySet::take_back(const Connection& connection) {
    return take(connection.id()) != nullptr;
}

void ReadySet::forget(const Connection& connection) {
    std::shared_ptr<Connection> last;
    const std::lock_guard lock(mutex_);
    if (const auto place = places_.find(connection.id()); place != places_.end()) {
        last = std::move(place->second.connection);
        places_.erase(place);
    }
}

void ReadySet::stop() {
    const std::uint64_t one = 1;
    // The counter can not be full: nobody reads it, and it takes more than a stop a nanosecond.
    [[maybe_unused]] const auto written = ::write(stop_event_, &one, sizeof one);
}

void ReadySet::clear() {
    std::unordered_map<std::uint64_t, Place> places;
    const std::lock_guard lock(mutex_);
    places.swap(places_);
}

} // namespace drf_messages::server
