// SPDX-License-Identifier: MIT
#include "cache/socket_stream.hpp"

#include "fibers/aside.hpp"
#include "fibers/wait.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>
#include <utility>

namespace drf_messages::cache {
namespace {

using Deadline = SocketStream::Deadline;

std::string system_text(int code) {
    return std::system_category().message(code);
}

[[noreturn]] void fail(int code) {
    throw SocketError(system_text(code), false);
}

/// Until the socket is ready for `events`; throws SocketError at the deadline.
void wait_for(int fd, short events, Deadline deadline) {
    // A server that always has a few bytes more must not prolong it.
    if (std::chrono::steady_clock::now() >= deadline || !fibers::wait_for(fd, events, deadline)) {
        throw SocketError("no answer in time", true);
    }
}

/// A resolver may ask servers of its own.
std::unique_ptr<addrinfo, void (*)(addrinfo*)>
addresses_of(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    int code = 0;
    fibers::aside([&] {
        code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    });
    if (code != 0) {
        throw SocketError(::gai_strerror(code), false);
    }
    return {found, ::freeaddrinfo};
}

void connect(int fd, const sockaddr* address, socklen_t size, Deadline deadline) {
    if (::connect(fd, address, size) == 0) {
        return;
    }
    // A Unix socket whose queue is full says EAGAIN and is not being connected meanwhile.
    if (errno != EINPROGRESS && errno != EINTR) {
        fail(errno);
    }
    wait_for(fd, POLLOUT, deadline);
    int code = 0;
    socklen_t length = sizeof code;
    if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &length) != 0) {
        code = errno;
    }
    if (code != 0) {
        fail(code);
    }
}

int open_socket(int family) {
    const int fd = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        fail(errno);
    }
    return fd;
}

} // namespace

SocketStream SocketStream::tcp(const std::string& host, std::uint16_t port, Deadline deadline) {
    const auto addresses = addresses_of(host, port);
    for (const addrinfo* address = addresses.get();; address = address->ai_next) {
        try {
            SocketStream stream(open_socket(address->ai_family));
            connect(stream.fd_, address->ai_addr, address->ai_addrlen, deadline);
            const int on = 1;
            ::setsockopt(stream.fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            ::setsockopt(stream.fd_, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
            return stream;
        } catch (const SocketError&) {
            if (address->ai_next == nullptr) {
                throw;
            }
        }
    }
}

SocketStream SocketStream::unix_domain(const std::string& path, Deadline deadline) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        throw SocketError("the socket's path is too long", false);
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    SocketStream stream(open_socket(AF_UNIX));
    connect(stream.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address, deadline);
    return stream;
}

SocketStream::SocketStream(SocketStream&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

SocketStream::~SocketStream() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

void SocketStream::write(std::string_view bytes, Deadline deadline) {
    while (!bytes.empty()) {
        const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            wait_for(fd_, POLLOUT, deadline);
        } else if (errno != EINTR) {
            fail(errno);
        }
    }
}

std::size_t SocketStream::read(char* buffer, std::size_t size, Deadline deadline) {
    while (true) {
        wait_for(fd_, POLLIN, deadline);
        const auto received = ::recv(fd_, buffer, size, 0);
        if (received > 0) {
            return static_cast<std::size_t>(received);
        }
        if (received == 0) {
            throw SocketError("the connection was closed", false);
        }
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
            fail(errno);
        }
    }
}

bool SocketStream::quiet() const noexcept {
    return !fibers::is_ready(fd_, POLLIN);
}

} // namespace drf_messages::cache
