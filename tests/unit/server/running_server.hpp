// SPDX-License-Identifier: MIT
#pragma once

#include "client.hpp"
#include "server/server.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace drf_messages::server {

/// Log lines, kept for a test to look at.
class LogLines {
public:
    LogSink sink() {
        return [this](LogLevel, std::string_view line) {
            const std::lock_guard lock(mutex_);
            lines_.emplace_back(line);
            changed_.notify_all();
        };
    }

    /// The lines once there are `count` of them (fewer after a minute).
    std::vector<std::string> wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::minutes(1), [&] { return lines_.size() >= count; });
        return lines_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> lines_;
};

/// A handler's answer with a Content-Length.
inline http::Response text_response(std::string body, int status = 200) {
    http::Response response;
    response.status = status;
    response.headers.add("Content-Type", "text/plain");
    response.headers.add("Content-Length", std::to_string(body.size()));
    response.body = std::move(body);
    return response;
}

/// Answers with what the handler saw: method, target, fields but Host, body.
inline http::Response echo(const http::Request& request) {
    std::string body = request.method + " " + request.target + "\n";
    for (const auto& [name, value] : request.headers.fields()) {
        if (name != "Host") {
            body += name + "=" + value + "\n";
        }
    }
    return text_response(body + "[" + request.body + "]");
}

/// Something a handler waits at until the test opens it.
class Gate {
public:
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    /// Counts the handler without keeping it.
    void arrive() {
        const std::lock_guard lock(mutex_);
        ++waiting_;
        changed_.notify_all();
    }
    void pass() {
        arrive();
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return open_; });
    }
    /// Returns once that many handlers have come here.
    void wait_for_arrivals(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return waiting_ >= count; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
    int waiting_ = 0;
};

/// Waits at the gate in requests for /slow.
inline http::Handler slow_at(Gate& gate) {
    return [&gate](const http::Request& request) {
        if (request.target == "/slow") {
            gate.pass();
        }
        return echo(request);
    };
}

/// A server on a free port, running on a thread of its own until the end of the test.
class RunningServer {
public:
    explicit RunningServer(http::Handler handler = echo, ServerOptions options = quick())
        : server_(std::move(options), std::move(handler), log.sink()), thread_([this] {
              server_.run();
              returned_ = true;
          }) {}

    ~RunningServer() {
        server_.stop();
        join();
    }

    /// Of few threads. A deadline ends nothing unless the test sets one: the machine may be slow.
    static ServerOptions quick() {
        ServerOptions options;
        options.bind = {"127.0.0.1:0"};
        options.workers = 2;
        if (const char* const fibers = std::getenv("DRF_MESSAGES_TEST_FIBERS")) {
            options.fibers = static_cast<std::size_t>(std::atoi(fibers));
        }
        options.header_timeout = options.body_timeout = std::chrono::minutes(10);
        options.keep_alive_timeout = options.write_timeout = std::chrono::minutes(10);
        options.drain_timeout = std::chrono::minutes(1);
        return options;
    }

    const std::string& address() const { return server_.addresses().front(); }
    Server& server() { return server_; }
    bool returned() const { return returned_; }
    void join() {
        if (thread_.joinable()) {
            thread_.join();
        }
    }

    LogLines log;

private:
    Server server_;
    std::atomic<bool> returned_{false};
    std::thread thread_;
};

} // namespace drf_messages::server
