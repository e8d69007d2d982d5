// SPDX-License-Identifier: MIT
#include "server/stream_waker.hpp"

#include "server/connection.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace drf_messages::server {

StreamWaker::StreamWaker(Reactor& reactor, std::weak_ptr<Connection> connection)
    : reactor_(&reactor), connection_(std::move(connection)) {}

void StreamWaker::wake() {
    const std::lock_guard lock(mutex_);
    if (reactor_ == nullptr || is_on_its_way_) {
        return;
    }
    asio::post(reactor_->context(), [self = shared_from_this()] { self->arrive(); });
    is_on_its_way_ = true;
}

void StreamWaker::disarm() {
    const std::lock_guard lock(mutex_);
    reactor_ = nullptr;
    connection_.reset();
}

void StreamWaker::arrive() {
    std::shared_ptr<Connection> connection;
    {
        const std::lock_guard lock(mutex_);
        // before the stream is asked: news that come from now on are on their way anew
        is_on_its_way_ = false;
        connection = connection_.lock();
    }
    if (connection) {
        connection->on_wake();
    }
}

} // namespace drf_messages::server
