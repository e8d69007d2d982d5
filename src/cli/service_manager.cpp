// SPDX-License-Identifier: MIT
#include "cli/service_manager.hpp"

#include "cli/one_line.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <utility>

namespace drf_messages::cli {
namespace {

using namespace std::chrono_literals;

constexpr int first_descriptor = 3;
/// How often status and signs of life are looked at, where nobody wants it sooner.
constexpr std::chrono::microseconds looks_apart = 5s;

std::string_view value_of(const config::Environment& environment, const std::string& name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string_view() : std::string_view(found->second);
}

/// Absent where there is none.
std::optional<std::int64_t>
number_of(const config::Environment& environment, const std::string& name) {
    const std::string_view text = value_of(environment, name);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty()) {
        return std::nullopt;
    }
    if (error != std::errc() || end != text.data() + text.size() || number < 0) {
        throw std::runtime_error(fmt::format("{} is no number: {}", name, text));
    }
    return number;
}

bool has_option(int descriptor, int option, int wanted) {
    int value = 0;
    socklen_t size = sizeof value;
    return ::getsockopt(descriptor, SOL_SOCKET, option, &value, &size) == 0 && value == wanted;
}

void take_out(std::initializer_list<const char*> names) {
    for (const char* const name : names) {
        ::unsetenv(name);
    }
}

} // namespace

HandedOver handed_over(const config::Environment& environment) {
    HandedOver all;
    if (number_of(environment, "LISTEN_PID") != std::int64_t{::getpid()}) {
        return all;
    }
    constexpr std::int64_t most = 1024;
    const std::int64_t count = number_of(environment, "LISTEN_FDS").value_or(0);
    if (count > most) {
        throw std::runtime_error(fmt::format("LISTEN_FDS: more than {} sockets", most));
    }
    std::string_view names = value_of(environment, "LISTEN_FDNAMES");
    for (int i = 0; i < count; ++i) {
        const std::string_view name = names.substr(0, names.find(':'));
        names.remove_prefix(std::min(names.size(), name.size() + 1));
        const int descriptor = first_descriptor + i;
        ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        if (!has_option(descriptor, SO_TYPE, SOCK_STREAM) ||
            !has_option(descriptor, SO_ACCEPTCONN, 1)) {
            throw std::runtime_error(fmt::format(
                "LISTEN_FDS: descriptor {} \"{}\" is no stream socket that listens (ListenStream= "
                "and Accept=no in a systemd unit)",
                descriptor,
                name
            ));
        }
        (name == "metrics" ? all.metrics : all.site).push_back(descriptor);
    }
    return all;
}

ServiceManager::ServiceManager(const config::Environment& environment)
    : socket_(value_of(environment, "NOTIFY_SOCKET")) {
    const auto interval = number_of(environment, "WATCHDOG_USEC").value_or(0);
    const auto whose = number_of(environment, "WATCHDOG_PID").value_or(::getpid());
    if (interval > 0 && whose == ::getpid()) {
        watchdog_ = std::chrono::microseconds(interval);
    }
    take_out(
        {"NOTIFY_SOCKET",
         "WATCHDOG_USEC",
         "WATCHDOG_PID",
         "LISTEN_PID",
         "LISTEN_FDS",
         "LISTEN_FDNAMES"}
    );
}

/// One datagram. "@" is the beginning of a name that is no file's.
void ServiceManager::notify(std::string_view lines) const noexcept {
    sockaddr_un address{};
    if ((!socket_.starts_with('/') && !socket_.starts_with('@')) || socket_.size() < 2 ||
        socket_.size() >= sizeof address.sun_path) {
        return;
    }
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, socket_.data(), socket_.size());
    if (address.sun_path[0] == '@') {
        address.sun_path[0] = '\0';
    }
    const int to = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (to < 0) {
        return;
    }
    // It has room for hundreds of them; a manager that is busy for longer has it once more later.
    const timeval patience{2, 0};
    ::setsockopt(to, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    static_cast<void>(::sendto(
        to,
        lines.data(),
        lines.size(),
        MSG_NOSIGNAL,
        reinterpret_cast<const sockaddr*>(&address),
        size
    ));
    ::close(to);
}

ServiceWatch::ServiceWatch(const ServiceManager& manager, Server server)
    : manager_(manager), server_(std::move(server)) {
    if (manager_.is_there()) {
        thread_ = std::thread([this] { watch(); });
    }
}

ServiceWatch::~ServiceWatch() {
    {
        const std::lock_guard lock(mutex_);
        over_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void ServiceWatch::watch() {
    // Twice in each half of an interval, so that a busy moment does not cost the whole of it.
    const auto watchdog = manager_.watchdog();
    const auto apart = watchdog ? std::min(*watchdog / 4, looks_apart) : looks_apart;
    std::unique_lock lock(mutex_);
    while (!over_) {
        lock.unlock();
        try {
            look();
        } catch (const std::exception&) {
            // No memory for now: the manager hears of us the next time.
        }
        lock.lock();
        changed_.wait_for(lock, apart, [this] { return over_; });
    }
}

void ServiceWatch::look() {
    if (manager_.watchdog()) {
        if (is_asked_ && server_.is_alive()) {
            manager_.notify("WATCHDOG=1\n");
            is_asked_ = false;
        }
        if (!is_asked_) {
            server_.ask_for_life();
            is_asked_ = true;
        }
    }
    std::string status = one_line(server_.status());
    if (status != told_status_) {
        manager_.notify("STATUS=" + status + "\n");
        told_status_ = std::move(status);
    }
}

} // namespace drf_messages::cli
