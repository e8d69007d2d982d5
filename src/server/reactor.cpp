// SPDX-License-Identifier: MIT
#include "server/reactor.hpp"

#include "server/connection.hpp"

#include <boost/system/error_code.hpp>

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

namespace drf_messages::server {

namespace {

using namespace std::chrono_literals;

/// How often deadlines are looked at: one timer for all connections is cheaper than setting one a
/// request anew.
SteadyClock::duration tick_for(const ServerOptions& options) {
    const auto shortest = std::min(
        {options.header_timeout,
         options.body_timeout,
         options.keep_alive_timeout,
         options.write_timeout,
         options.drain_timeout}
    );
    return std::clamp<SteadyClock::duration>(shortest / 8, 5ms, 250ms);
}

} // namespace

Reactor::Reactor(Shared& shared)
    : shared_(shared), work_(context_.get_executor()), timer_(context_.get_executor()),
      tick_(tick_for(shared.options)) {}

void Reactor::run() {
    schedule_sweep();
    while (!context_.stopped()) {
        try {
            context_.run();
        } catch (const std::exception& error) {
            shared_.log(LogLevel::error, std::string("server: ") + error.what());
        }
    }
}

void Reactor::add(std::shared_ptr<Connection> connection) {
    connections_.emplace(connection.get(), std::move(connection));
}

void Reactor::remove(Connection& connection) {
    connections_.erase(&connection);
    if (drain_deadline_ && connections_.empty()) {
        context_.stop();
    }
}

void Reactor::drain(SteadyClock::time_point deadline) {
    drain_deadline_ = drain_deadline_ ? std::min(*drain_deadline_, deadline) : deadline;
    std::vector<std::shared_ptr<Connection>> all;
    for (const auto& entry : connections_) {
        all.push_back(entry.second);
    }
    for (const auto& connection : all) {
        connection->drain();
    }
    if (connections_.empty()) {
        context_.stop();
    }
}

void Reactor::schedule_sweep() {
    timer_.expires_after(tick_);
    timer_.async_wait([this](const boost::system::error_code& ec) {
        if (!ec) {
            schedule_sweep();
            sweep();
        }
    });
}

void Reactor::sweep() {
    const auto now = SteadyClock::now();
    const bool cut = drain_deadline_ && *drain_deadline_ <= now;
    for (const auto& entry : connections_) {
        if (cut || entry.second->deadline() <= now) {
            expired_.push_back(entry.second);
        }
    }
    for (const auto& connection : expired_) {
        if (cut) {
            connection->cut();
        } else {
            connection->on_deadline();
        }
    }
    expired_.clear();
    look_after_waiting();
}

/// While every worker is busy nobody would see that an urgent request has arrived.
void Reactor::look_after_waiting() {
    constexpr int at_once = 256;
    for (int i = 0; i < at_once && shared_.workers.all_busy(); ++i) {
        auto connection = shared_.workers.ready().poll();
        if (!connection) {
            return;
        }
        Connection::read_for_workers(std::move(connection));
    }
}

} // namespace drf_messages::server
