// SPDX-License-Identifier: MIT
#pragma once

#include "server/shared.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace drf_messages::server {

namespace asio = boost::asio;

using Executor = asio::io_context::executor_type;
/// TCP or Unix, and without the indirect calls of any_io_executor.
using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, Executor>;

class Connection;

/// One I/O thread: its connections belong to it alone, so nothing in them is locked. Everything
/// here but context() and run() is for that thread.
class Reactor {
public:
    explicit Reactor(Shared& shared);

    asio::io_context& context() noexcept { return context_; }
    /// Serves until the drain is over.
    void run();

    void add(std::shared_ptr<Connection> connection);
    void remove(Connection& connection);

    /// Closes idle connections, lets the others finish until the deadline.
    void drain(SteadyClock::time_point deadline);

private:
    void schedule_sweep();
    void sweep();
    void look_after_waiting();

    Shared& shared_;
    asio::io_context context_{1};
    asio::executor_work_guard<Executor> work_;
    asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, Executor> timer_;
    SteadyClock::duration tick_;
    std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;
    std::vector<std::shared_ptr<Connection>> expired_;
    std::optional<SteadyClock::time_point> drain_deadline_;
};

} // namespace drf_messages::server
