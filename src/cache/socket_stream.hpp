// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace drf_messages::cache {

/// What went wrong on a socket.
class SocketError : public std::runtime_error {
public:
    SocketError(const std::string& what, bool timeout)
        : std::runtime_error(what), timeout_(timeout) {}
    /// The other side is silent; otherwise it has closed or refused the connection.
    bool timeout() const noexcept { return timeout_; }

private:
    bool timeout_;
};

/// A connected stream socket whose waits all end at a deadline, however slowly bytes come.
class SocketStream {
public:
    using Deadline = std::chrono::steady_clock::time_point;

    /// Each of the addresses of `host` is tried. Throws SocketError.
    static SocketStream tcp(const std::string& host, std::uint16_t port, Deadline deadline);
    static SocketStream unix_domain(const std::string& path, Deadline deadline);

    SocketStream(SocketStream&& other) noexcept;
    SocketStream& operator=(SocketStream&&) = delete;
    ~SocketStream();

    /// Throws SocketError.
    void write(std::string_view bytes, Deadline deadline);
    /// At least one byte. Throws SocketError, also when the other side has closed.
    std::size_t read(char* buffer, std::size_t size, Deadline deadline);

    /// Nothing to read: neither bytes nor an end.
    bool quiet() const noexcept;

private:
    explicit SocketStream(int fd) : fd_(fd) {}
    int fd_;
};

} // namespace drf_messages::cache
