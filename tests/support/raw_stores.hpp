// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::test {

/// HOST:PORT of a server that tests/support/servers.py has started. Throws when there is none: a
/// test that needs it fails.
std::string server_address(const char* variable);

/// A server of line protocols, spoken to without any code of ours.
class RawConnection {
public:
    explicit RawConnection(const std::string& address);
    ~RawConnection();
    RawConnection(const RawConnection&) = delete;
    RawConnection& operator=(const RawConnection&) = delete;

    void send(std::string_view bytes);
    std::string line();
    std::string bytes(std::size_t count);

private:
    int fd_;
    std::string buffer_;
};

/// One database of the Redis server of the tests.
class RawRedis {
public:
    explicit RawRedis(int db);

    /// The answer as text; absent for nil. Numbers are their digits.
    std::optional<std::string> command(std::vector<std::string> words);

private:
    RawConnection connection_;
};

struct RawItem {
    std::string value;
    std::uint32_t flags = 0;
};

/// The memcached server of the tests.
class RawMemcached {
public:
    RawMemcached();

    void set(const std::string& key, const RawItem& item);
    std::optional<RawItem> get(const std::string& key);
    void flush_all();

private:
    RawConnection connection_;
};

} // namespace drf_messages::test
