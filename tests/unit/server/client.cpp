// SPDX-License-Identifier: MIT
#include "client.hpp"

#include "http/headers.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace drf_messages::server {

namespace {

int connect_to(const sockaddr* address, socklen_t size) {
    const int socket = ::socket(address->sa_family, SOCK_STREAM, 0);
    const timeval patience{60, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    if (::connect(socket, address, size) != 0) {
        ::close(socket);
        return -1;
    }
    return socket;
}

} // namespace

std::optional<std::string> WireAnswer::field(std::string_view name) const {
    std::size_t at = head.find("\r\n");
    while (at != std::string::npos) {
        const auto start = at + 2;
        at = head.find("\r\n", start);
        const auto line = std::string_view(head).substr(start, at - start);
        const auto colon = line.find(": ");
        if (http::same_name(line.substr(0, colon), name)) {
            return std::string(line.substr(colon + 2));
        }
    }
    return std::nullopt;
}

std::size_t WireAnswer::count(std::string_view name) const {
    std::size_t result = 0;
    std::size_t at = head.find("\r\n");
    while (at != std::string::npos) {
        const auto start = at + 2;
        at = head.find("\r\n", start);
        const auto line = std::string_view(head).substr(start, at - start);
        result += http::same_name(line.substr(0, line.find(':')), name) ? 1 : 0;
    }
    return result;
}

Client::Client(const std::string& address) {
    if (address.compare(0, 5, "unix:") == 0) {
        sockaddr_un un{};
        un.sun_family = AF_UNIX;
        std::strncpy(un.sun_path, address.c_str() + 5, sizeof(un.sun_path) - 1);
        socket_ = connect_to(reinterpret_cast<const sockaddr*>(&un), sizeof(un));
        return;
    }
    const auto colon = address.rfind(':');
    const auto port = htons(static_cast<in_port_t>(std::atoi(address.c_str() + colon + 1)));
    if (address[7] == '[') {
        sockaddr_in6 in6{};
        in6.sin6_family = AF_INET6;
        in6.sin6_port = port;
        ::inet_pton(AF_INET6, address.substr(8, colon - 9).c_str(), &in6.sin6_addr);
        socket_ = connect_to(reinterpret_cast<const sockaddr*>(&in6), sizeof(in6));
    } else {
        sockaddr_in in{};
        in.sin_family = AF_INET;
        in.sin_port = port;
        ::inet_pton(AF_INET, address.substr(7, colon - 7).c_str(), &in.sin_addr);
        socket_ = connect_to(reinterpret_cast<const sockaddr*>(&in), sizeof(in));
    }
}

Client::~Client() {
    if (socket_ >= 0) {
        ::close(socket_);
    }
}

bool Client::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void Client::finish_sending() {
    ::shutdown(socket_, SHUT_WR);
}

void Client::reset() {
    const linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    ::close(socket_);
    socket_ = -1;
}

bool Client::fill() {
    char bytes[16 * 1024];
    const auto count = ::recv(socket_, bytes, sizeof(bytes), 0);
    if (count <= 0) {
        return false;
    }
    buffer_.append(bytes, static_cast<std::size_t>(count));
    return true;
}

std::string Client::read(std::size_t count) {
    while (buffer_.size() < count && fill()) {
    }
    auto result = buffer_.substr(0, count);
    buffer_.erase(0, result.size());
    return result;
}

std::string Client::read_until(std::string_view end) {
    std::size_t at = 0;
    while ((at = buffer_.find(end)) == std::string::npos && fill()) {
    }
    return read(at == std::string::npos ? buffer_.size() : at + end.size());
}

std::optional<std::string> Client::read_to_end() {
    while (fill()) {
    }
    char byte = 0;
    if (::recv(socket_, &byte, 1, MSG_DONTWAIT) != 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        return std::nullopt;
    }
    return std::exchange(buffer_, {});
}

bool Client::ended() {
    const auto rest = read_to_end();
    return rest && rest->empty();
}

std::optional<WireAnswer> Client::answer(bool to_head) {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
        if (!fill()) {
            return std::nullopt;
        }
    }
    WireAnswer result;
    result.head = read(end + 4).substr(0, end);
    result.status = std::atoi(result.head.c_str() + std::strlen("HTTP/1.1 "));
    if (to_head || result.status < 200 || result.status == 204 || result.status == 304) {
        return result;
    }
    if (const auto length = result.field("Content-Length")) {
        result.body = read(static_cast<std::size_t>(std::atoll(length->c_str())));
        return result;
    }
    if (!result.field("Transfer-Encoding")) {
        result.body = read_to_end().value_or("(no end)");
        return result;
    }
    while (true) {
        while ((end = buffer_.find("\r\n")) == std::string::npos) {
            if (!fill()) {
                return std::nullopt;
            }
        }
        const auto size = std::strtoul(read(end + 2).c_str(), nullptr, 16);
        result.body += read(size);
        if (read(2) != "\r\n") {
            return std::nullopt;
        }
        if (size == 0) {
            return result;
        }
    }
}

std::optional<WireAnswer> Client::get(std::string_view target) {
    send("GET " + std::string(target) + " HTTP/1.1\r\nHost: testserver\r\n\r\n");
    return answer();
}

} // namespace drf_messages::server
