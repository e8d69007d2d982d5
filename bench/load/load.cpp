// SPDX-License-Identifier: MIT
// Load for the benchmark: keeps CONNECTIONS requests under way for SECONDS, sends those of FILE in
// turn, and says what came of it as one line of JSON.
//
//     load ADDRESS FILE CONNECTIONS SECONDS [once]
//
// ADDRESS is 127.0.0.1:PORT or unix:PATH. FILE has a request a line: METHOD PATH HEADER VALUE, and
// behind a tab "HEADER: VALUE" of another field. 304 counts as success. One
// thread, and next to nothing done a request, since it shares the machine with what is measured: a
// request is sent when the answer before it is complete, never earlier (no pipelining). A server
// that closes after its answer gets a new connection, which counts as part of the next request.
// As a batch process it does not interrupt a server's work for each answer that arrives, as little
// as a client on another machine would.
// With `once` it ends when each request of FILE was sent.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

std::vector<std::string> read_requests(const char* path) {
    std::ifstream file(path);
    std::vector<std::string> requests;
    std::string line;
    while (std::getline(file, line)) {
        std::istringstream words(line);
        std::string method;
        std::string target;
        std::string header;
        words >> method >> target >> header >> std::ws;
        std::string value;
        std::getline(words, value);
        for (auto tab = value.find('\t'); tab != std::string::npos; tab = value.find('\t')) {
            value.replace(tab, 1, "\r\n");
        }
        requests.push_back(
            method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n" +
            header + ": " + value + "\r\n\r\n"
        );
    }
    if (requests.empty()) {
        throw std::runtime_error("no requests in the file");
    }
    return requests;
}

class Address {
public:
    explicit Address(std::string_view text) {
        if (text.starts_with("unix:")) {
            text.remove_prefix(5);
            sockaddr_un address{};
            address.sun_family = AF_UNIX;
            std::copy_n(
                text.data(), std::min(text.size(), sizeof address.sun_path - 1), address.sun_path
            );
            keep(address);
            return;
        }
        const auto colon = text.rfind(':');
        const std::string_view port = text.substr(colon + 1);
        std::uint16_t number = 0;
        std::from_chars(port.data(), port.data() + port.size(), number);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(number);
        inet_pton(AF_INET, std::string(text.substr(0, colon)).c_str(), &address.sin_addr);
        keep(address);
    }

    int connect() const {
        const auto* address = reinterpret_cast<const sockaddr*>(&storage_);
        const int fd = ::socket(address->sa_family, SOCK_STREAM, 0);
        // A Unix socket says so when its queue is full, where TCP waits.
        while (fd < 0 || ::connect(fd, address, size_) != 0) {
            if (fd < 0 || errno != EAGAIN) {
                fail("connect");
            }
            ::usleep(100);
        }
        const int on = 1;
        if (address->sa_family == AF_INET) {
            ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        }
        return fd;
    }

private:
    template<class Given>
    void keep(const Given& address) {
        std::memcpy(&storage_, &address, sizeof address);
        size_ = sizeof address;
    }

    sockaddr_storage storage_{};
    socklen_t size_ = 0;
};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// What the head of an answer says of it.
struct Head {
    bool succeeded = false;
    bool closes = false;
    std::size_t length = 0;
};

Head read_head(std::string_view head) {
    constexpr std::size_t status_at = 9;
    Head read;
    read.succeeded =
        head.size() > status_at && (head[status_at] == '2' || head.substr(status_at, 3) == "304");
    const auto value_of = [head](std::string_view name) {
        for (auto at = head.find("\r\n"); at != std::string_view::npos;
             at = head.find("\r\n", at + 2)) {
            const std::string_view line = head.substr(at + 2);
            if (line.size() > name.size() + 1 && line[name.size()] == ':' &&
                std::equal(name.begin(), name.end(), line.begin(), [](char n, char l) {
                    return n == lower(l);
                })) {
                const auto value =
                    line.substr(name.size() + 1, line.find("\r\n") - name.size() - 1);
                return value.substr(std::min(value.find_first_not_of(' '), value.size()));
            }
        }
        return std::string_view();
    };
    const std::string_view length = value_of("content-length");
    if (length.empty() && head.find(" 204 ") == std::string_view::npos &&
        head.find(" 304 ") == std::string_view::npos) {
        throw std::runtime_error("an answer without a length: " + std::string(head));
    }
    std::from_chars(length.data(), length.data() + length.size(), read.length);
    read.closes = value_of("connection") == "close";
    return read;
}

class Load {
public:
    Load(
        const Address& address,
        std::vector<std::string> requests,
        std::size_t connections,
        bool once
    )
        : address_(address), requests_(std::move(requests)), connections_(connections),
          once_(once) {
        for (Connection& connection : connections_) {
            connection.fd = connect(connection);
        }
    }

    void run(std::chrono::duration<double> time) {
        const auto start = Clock::now();
        const auto end = start + std::chrono::duration_cast<Clock::duration>(time);
        for (Connection& connection : connections_) {
            send(connection);
        }
        while (Clock::now() < end && (!once_ || next_ < requests_.size())) {
            receive_some();
        }
        elapsed_ = Clock::now() - start;
        // What is still under way does not count, but must not happen in somebody else's turn.
        over_ = true;
        while (under_way_ > 0) {
            receive_some();
        }
    }

    void print() {
        std::sort(times_.begin(), times_.end());
        const auto percentile = [this](std::size_t percent) {
            return times_.empty() ? 0 : times_[(times_.size() - 1) * percent / 100];
        };
        std::cout << "{\"requests\":" << times_.size() << ",\"microseconds\":"
                  << std::chrono::duration_cast<std::chrono::microseconds>(elapsed_).count()
                  << ",\"status\":" << refused_ << ",\"p50\":" << percentile(50)
                  << ",\"p99\":" << percentile(99) << "}" << std::endl;
    }

private:
    struct Connection {
        int fd = -1;
        std::string buffer;
        Clock::time_point sent;
    };

    int connect(Connection& connection) {
        const int fd = address_.connect();
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = &connection;
        if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) {
            fail("epoll_ctl");
        }
        return fd;
    }

    void receive_some() {
        std::array<epoll_event, 64> events;
        const int count =
            ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 10'000);
        if (count == 0) {
            throw std::runtime_error("no answer for ten seconds");
        }
        for (int i = 0; i < count; ++i) {
            receive(*static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr));
        }
    }

    void send(Connection& connection) {
        ++under_way_;
        connection.sent = Clock::now();
        if (connection.fd < 0) {
            connection.fd = connect(connection);
        }
        const std::string& request = requests_[next_++ % requests_.size()];
        if (::send(connection.fd, request.data(), request.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(request.size())) {
            fail("send");
        }
    }

    void receive(Connection& connection) {
        std::array<char, 16 * 1024> bytes;
        const auto count = ::recv(connection.fd, bytes.data(), bytes.size(), 0);
        if (count <= 0) {
            fail("recv");
        }
        std::string_view answer(bytes.data(), static_cast<std::size_t>(count));
        if (!connection.buffer.empty()) {
            connection.buffer += answer;
            answer = connection.buffer;
        }
        const auto end = answer.find("\r\n\r\n");
        const Head head =
            end == std::string_view::npos ? Head{} : read_head(answer.substr(0, end + 2));
        if (end == std::string_view::npos || answer.size() < end + 4 + head.length) {
            if (connection.buffer.empty()) {
                connection.buffer = answer;
            }
            return;
        }
        connection.buffer.clear();
        --under_way_;
        if (head.closes) {
            ::close(connection.fd);
            connection.fd = -1;
        }
        if (over_) {
            return;
        }
        refused_ += head.succeeded ? 0 : 1;
        times_.push_back(
            std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - connection.sent)
                .count()
        );
        if (!once_ || next_ < requests_.size()) {
            send(connection);
        }
    }

    const Address& address_;
    std::vector<std::string> requests_;
    std::vector<Connection> connections_;
    bool once_;
    int epoll_ = ::epoll_create1(0);
    std::size_t next_ = 0;
    std::size_t under_way_ = 0;
    bool over_ = false;
    std::size_t refused_ = 0;
    std::vector<std::int64_t> times_;
    Clock::duration elapsed_{};
};

} // namespace

int main(int count, char** arguments) {
    const bool once = count == 6 && std::string_view(arguments[5]) == "once";
    if (count != 5 && !once) {
        std::cerr << "load ADDRESS FILE CONNECTIONS SECONDS [once]\n";
        return 2;
    }
    try {
        const sched_param no_priority{};
        if (::sched_setscheduler(0, SCHED_BATCH, &no_priority) != 0) {
            fail("sched_setscheduler");
        }
        const Address address(arguments[1]);
        Load load(address, read_requests(arguments[2]), std::stoul(arguments[3]), once);
        load.run(std::chrono::duration<double>(std::stod(arguments[4])));
        load.print();
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "load: " << error.what() << '\n';
        return 1;
    }
}
