// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <mutex>

namespace drf_messages::server {

class Connection;
class Reactor;

/// What a stream wakes its connection by: from any thread, also when the connection has long gone,
/// and the server with it.
class StreamWaker : public std::enable_shared_from_this<StreamWaker> {
public:
    StreamWaker(Reactor& reactor, std::weak_ptr<Connection> connection);

    /// Has the reactor call Connection::on_wake(), once for all calls until then.
    void wake();
    /// From now on wake() does nothing. On the reactor's thread, before the reactor goes.
    void disarm();

private:
    void arrive();

    std::mutex mutex_;
    Reactor* reactor_; ///< null: disarmed
    std::weak_ptr<Connection> connection_;
    bool is_on_its_way_ = false;
};

} // namespace drf_messages::server
