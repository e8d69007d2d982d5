// SPDX-License-Identifier: MIT
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace drf_messages::test {

/// A TCP proxy before a PostgreSQL server, which counts what clients send and can hold the server's
/// answers back. Without TLS.
class Proxy {
public:
    explicit Proxy(std::uint16_t server_port) : server_port_(server_port) {
        sockaddr_in address = loopback(0);
        socklen_t size = sizeof address;
        if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
            listen(listener_, 100) != 0 ||
            getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
            throw std::runtime_error("no port for a proxy");
        }
        port_ = ntohs(address.sin_port);
        acceptor_ = std::jthread([this] { accept_all(); });
    }
    Proxy(const Proxy&) = delete;
    Proxy& operator=(const Proxy&) = delete;
    ~Proxy() {
        stopping_ = true;
        answer_after_executes = 0;
        shutdown(listener_, SHUT_RDWR);
        acceptor_.join();
        cut();
        pumps_.clear();
        for (const int socket : sockets_) {
            close(socket);
        }
        close(listener_);
    }

    std::string port() const { return std::to_string(port_); }

    /// Ends all connections at once.
    void cut() {
        const std::lock_guard lock(mutex_);
        for (const int socket : sockets_) {
            shutdown(socket, SHUT_RDWR);
        }
    }

    std::atomic<int> connections{0};
    /// How many Execute messages the clients have sent: one for each prepared query.
    std::atomic<int> executes{0};
    /// No answer passes before there were as many.
    std::atomic<int> answer_after_executes{0};
    /// How many Sync messages: one for each batch of a pipeline.
    std::atomic<int> syncs{0};

private:
    static sockaddr_in loopback(std::uint16_t port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return address;
    }

    void accept_all() {
        while (!stopping_) {
            const int client = accept(listener_, nullptr, nullptr);
            if (client < 0) {
                return;
            }
            ++connections;
            const int server = socket(AF_INET, SOCK_STREAM, 0);
            const sockaddr_in address = loopback(server_port_);
            const std::lock_guard lock(mutex_);
            sockets_.push_back(client);
            sockets_.push_back(server);
            if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
                shutdown(client, SHUT_RDWR);
                continue;
            }
            pumps_.emplace_back([this, client, server] { pump(client, server); });
        }
    }

    void pump(int client, int server) {
        Messages messages;
        char buffer[16 * 1024];
        for (;;) {
            // Answers are not looked at while they are held back.
            const bool held = executes < answer_after_executes;
            pollfd ready[2] = {{client, POLLIN, 0}, {held ? -1 : server, POLLIN, 0}};
            poll(ready, 2, held ? 5 : -1);
            if (ready[0].revents != 0) {
                const auto size = recv(client, buffer, sizeof buffer, 0);
                if (size <= 0 || !pass_on(server, buffer, size)) {
                    break;
                }
                messages.count(buffer, size, executes, syncs);
            }
            if (ready[1].revents != 0) {
                const auto size = recv(server, buffer, sizeof buffer, 0);
                if (size <= 0 || !pass_on(client, buffer, size)) {
                    break;
                }
            }
        }
        shutdown(client, SHUT_RDWR);
        shutdown(server, SHUT_RDWR);
    }

    static bool pass_on(int to, const char* bytes, ssize_t size) {
        while (size > 0) {
            const auto sent = send(to, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
            if (sent <= 0) {
                return false;
            }
            bytes += sent;
            size -= sent;
        }
        return true;
    }

    /// The messages of one client: a length, then a type and a length for each.
    struct Messages {
        void count(
            const char* bytes, ssize_t size, std::atomic<int>& executed, std::atomic<int>& synced
        ) {
            rest.append(bytes, static_cast<std::size_t>(size));
            for (;;) {
                const std::size_t head = started ? 1 : 0;
                if (rest.size() < head + 4) {
                    return;
                }
                std::uint32_t length = 0;
                for (std::size_t i = 0; i < 4; ++i) {
                    length = length << 8 | static_cast<unsigned char>(rest[head + i]);
                }
                if (rest.size() < head + length) {
                    return;
                }
                executed += started && rest[0] == 'E' ? 1 : 0;
                synced += started && rest[0] == 'S' ? 1 : 0;
                started = true;
                rest.erase(0, head + length);
            }
        }

        std::string rest;
        bool started = false;
    };

    std::uint16_t server_port_;
    std::uint16_t port_ = 0;
    int listener_ = socket(AF_INET, SOCK_STREAM, 0);
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;
    std::vector<int> sockets_;
    std::vector<std::jthread> pumps_;
    std::jthread acceptor_;
};

} // namespace drf_messages::test
