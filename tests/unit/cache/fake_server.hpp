// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace drf_messages::cache {

/// Something that has happened, or not yet; whoever waits goes on from then.
class Event {
public:
    void tell() {
        happened_ = true;
        happened_.notify_all();
    }
    void wait() const { happened_.wait(false); }

private:
    std::atomic<bool> happened_ = false;
};

/// A server on a port of 127.0.0.1 that the system chose, and that answers as a test says, also too
/// late, too much or not at all. One thread for each connection.
class FakeServer {
public:
    struct Connection {
        int fd;
        int number; ///< 1 for the first
        /// False when the client has closed it.
        bool send(const std::string& bytes) const {
            return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) >= 0;
        }
    };
    /// Called with what has come in, once for each piece; false closes the connection.
    using Answer = std::function<bool(const Connection&, const std::string& question)>;

    explicit FakeServer(Answer answer) : answer_(std::move(answer)) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(::bind(listener_, any, size), 0);
        EXPECT_EQ(::listen(listener_, 64), 0);
        EXPECT_EQ(::getsockname(listener_, any, &size), 0);
        port_ = ntohs(address.sin_port);
        acceptor_ = std::thread([this] { accept_all(); });
    }

    ~FakeServer() {
        ending_ = true;
        acceptor_.join();
        for (auto& thread : threads_) {
            thread.join();
        }
        ::close(listener_);
    }

    std::uint16_t port() const noexcept { return port_; }
    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    int connections() const noexcept { return connections_; }

private:
    /// Waits for something to read; false when the test is over.
    bool readable(int fd) const {
        while (!ending_) {
            pollfd waiting{fd, POLLIN, 0};
            if (::poll(&waiting, 1, 20) > 0) {
                return true;
            }
        }
        return false;
    }

    void accept_all() {
        while (readable(listener_)) {
            const Connection connection{::accept(listener_, nullptr, nullptr), ++connections_};
            threads_.emplace_back([this, connection] {
                std::string question(64 * 1024, '\0');
                while (readable(connection.fd)) {
                    const auto size = ::recv(connection.fd, question.data(), question.size(), 0);
                    if (size <= 0 ||
                        !answer_(connection, question.substr(0, static_cast<std::size_t>(size)))) {
                        break;
                    }
                }
                ::close(connection.fd);
            });
        }
    }

    Answer answer_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<bool> ending_ = false;
    std::atomic<int> connections_ = 0;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

/// How long something took.
class Stopwatch {
public:
    std::chrono::milliseconds elapsed() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - start_
        );
    }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

} // namespace drf_messages::cache
