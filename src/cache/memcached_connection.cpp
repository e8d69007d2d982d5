// SPDX-License-Identifier: MIT
#include "cache/memcached_connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace drf_messages::cache {
namespace {

constexpr std::size_t longest_line_bytes = 2048;
/// memcached's own upper bound for an item is 1 GB, its default 1 MB.
constexpr std::size_t longest_value_bytes = 64 * 1024 * 1024;

SocketStream open_stream(const MemcachedServer& server, std::chrono::milliseconds timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    return server.unix_socket ? SocketStream::unix_domain(server.host, deadline)
                              : SocketStream::tcp(server.host, server.port, deadline);
}

[[noreturn]] void not_memcached() {
    throw SocketError("an answer that is not memcached's", false);
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (true) {
        const auto end = line.find(' ');
        words.push_back(line.substr(0, end));
        if (end == std::string_view::npos) {
            return words;
        }
        line.remove_prefix(end + 1);
    }
}

template<class T>
T number(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        not_memcached();
    }
    return value;
}

} // namespace

MemcachedConnection::MemcachedConnection(
    const MemcachedServer& server, std::chrono::milliseconds connect_timeout
)
    : stream_(open_stream(server, connect_timeout)) {}

std::optional<MemcachedConnection::Found>
MemcachedConnection::get(std::string_view key, Deadline deadline) {
    const std::string line = ask(fmt::format("gets {}\r\n", key), deadline);
    if (line == "END") {
        return std::nullopt;
    }
    const auto words = words_of(line);
    if (words.size() != 5 || words[0] != "VALUE" || words[1] != key) {
        not_memcached();
    }
    const auto size = number<std::size_t>(words[3]);
    if (size > longest_value_bytes) {
        not_memcached();
    }
    Found found;
    found.entry.flags = number<std::uint32_t>(words[2]);
    found.version = number<std::uint64_t>(words[4]);
    found.entry.bytes = read_bytes(size, deadline);
    if (read_bytes(2, deadline) != "\r\n" || read_line(deadline) != "END") {
        not_memcached();
    }
    return found;
}

bool MemcachedConnection::store(
    Store how, std::string_view key, const Entry& entry, std::int64_t expires, Deadline deadline
) {
    const std::string line =
        ask(fmt::format(
                "{} {} {} {} {}\r\n{}\r\n",
                how == Store::set ? "set" : "add",
                key,
                entry.flags,
                expires,
                entry.bytes.size(),
                entry.bytes
            ),
            deadline);
    if (line != "STORED" && line != "NOT_STORED") {
        not_memcached();
    }
    return line == "STORED";
}

bool MemcachedConnection::replace(
    std::string_view key,
    const Entry& entry,
    std::int64_t expires,
    std::uint64_t version,
    Deadline deadline
) {
    const std::string line =
        ask(fmt::format(
                "cas {} {} {} {} {}\r\n{}\r\n",
                key,
                entry.flags,
                expires,
                entry.bytes.size(),
                version,
                entry.bytes
            ),
            deadline);
    if (line != "STORED" && line != "EXISTS" && line != "NOT_FOUND" && line != "NOT_STORED") {
        not_memcached();
    }
    return line == "STORED";
}

bool MemcachedConnection::remove(std::string_view key, Deadline deadline) {
    const std::string line = ask(fmt::format("delete {}\r\n", key), deadline);
    if (line != "DELETED" && line != "NOT_FOUND") {
        not_memcached();
    }
    return line == "DELETED";
}

/// The first line of the answer.
std::string MemcachedConnection::ask(const std::string& command, Deadline deadline) {
    stream_.write(command, deadline);
    std::string line = read_line(deadline);
    for (const std::string_view refusal : {"ERROR", "CLIENT_ERROR", "SERVER_ERROR"}) {
        if (line.starts_with(refusal) &&
            (line.size() == refusal.size() || line[refusal.size()] == ' ')) {
            throw Refusal(std::string(refusal));
        }
    }
    return line;
}

std::string MemcachedConnection::read_line(Deadline deadline) {
    while (true) {
        if (const auto end = buffer_.find("\r\n"); end != std::string::npos) {
            std::string line = buffer_.substr(0, end);
            buffer_.erase(0, end + 2);
            return line;
        }
        if (buffer_.size() > longest_line_bytes) {
            not_memcached();
        }
        fill(deadline);
    }
}

std::string MemcachedConnection::read_bytes(std::size_t size, Deadline deadline) {
    while (buffer_.size() < size) {
        fill(deadline);
    }
    std::string bytes = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return bytes;
}

void MemcachedConnection::fill(Deadline deadline) {
    std::array<char, 16 * 1024> received;
    const std::size_t size = stream_.read(received.data(), received.size(), deadline);
    buffer_.append(received.data(), size);
}

} // namespace drf_messages::cache
