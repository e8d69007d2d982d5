// SPDX-License-Identifier: MIT
#include "support/raw_stores.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace drf_messages::test {

std::string server_address(const char* variable) {
    const char* address = std::getenv(variable);
    if (address == nullptr) {
        throw std::runtime_error(
            std::string(variable) + " is not set: run this by tests/support/servers.py"
        );
    }
    return address;
}

RawConnection::RawConnection(const std::string& address) : fd_(-1) {
    const std::size_t colon = address.rfind(':');
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (getaddrinfo(
            address.substr(0, colon).c_str(), address.substr(colon + 1).c_str(), &hints, &found
        ) != 0) {
        throw std::runtime_error("no such address: " + address);
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> first(found, freeaddrinfo);
    fd_ = socket(first->ai_family, first->ai_socktype, 0);
    if (fd_ < 0 || connect(fd_, first->ai_addr, first->ai_addrlen) != 0) {
        throw std::runtime_error("nobody answers at " + address);
    }
}

RawConnection::~RawConnection() {
    if (fd_ >= 0) {
        close(fd_);
    }
}

void RawConnection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) {
            throw std::runtime_error("the server has hung up");
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

std::string RawConnection::bytes(std::size_t count) {
    std::array<char, 4096> chunk;
    while (buffer_.size() < count) {
        const ssize_t received = recv(fd_, chunk.data(), chunk.size(), 0);
        if (received <= 0) {
            throw std::runtime_error("the server has hung up");
        }
        buffer_.append(chunk.data(), static_cast<std::size_t>(received));
    }
    std::string result = buffer_.substr(0, count);
    buffer_.erase(0, count);
    return result;
}

std::string RawConnection::line() {
    std::string line;
    while (!line.ends_with("\r\n")) {
        line += bytes(1);
    }
    line.resize(line.size() - 2);
    return line;
}

RawRedis::RawRedis(int db) : connection_(server_address("DRF_MESSAGES_TEST_REDIS")) {
    command({"SELECT", std::to_string(db)});
}

std::optional<std::string> RawRedis::command(std::vector<std::string> words) {
    std::string request = "*" + std::to_string(words.size()) + "\r\n";
    for (const std::string& word : words) {
        request += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
    }
    connection_.send(request);
    const std::string answer = connection_.line();
    if (answer.starts_with('-')) {
        throw std::runtime_error(answer);
    }
    if (!answer.starts_with('$')) {
        return answer.substr(1);
    }
    const long size = std::stol(answer.substr(1));
    if (size < 0) {
        return std::nullopt;
    }
    std::string value = connection_.bytes(static_cast<std::size_t>(size) + 2);
    value.resize(value.size() - 2);
    return value;
}

RawMemcached::RawMemcached() : connection_(server_address("DRF_MESSAGES_TEST_MEMCACHED")) {}

void RawMemcached::set(const std::string& key, const RawItem& item) {
    connection_.send(
        "set " + key + " " + std::to_string(item.flags) + " 0 " +
        std::to_string(item.value.size()) + "\r\n" + item.value + "\r\n"
    );
    if (const std::string answer = connection_.line(); answer != "STORED") {
        throw std::runtime_error(answer);
    }
}

std::optional<RawItem> RawMemcached::get(const std::string& key) {
    connection_.send("get " + key + "\r\n");
    std::istringstream header(connection_.line());
    std::string word;
    RawItem item;
    std::size_t size = 0;
    if (!(header >> word >> word >> item.flags >> size)) {
        return std::nullopt;
    }
    item.value = connection_.bytes(size);
    connection_.bytes(2);
    connection_.line();
    return item;
}

void RawMemcached::flush_all() {
    connection_.send("flush_all\r\n");
    connection_.line();
}

} // namespace drf_messages::test
