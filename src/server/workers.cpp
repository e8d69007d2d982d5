// SPDX-License-Identifier: MIT
#include "server/workers.hpp"

#include "server/connection.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace drf_messages::server {

void Workers::start(std::size_t threads) {
    const std::size_t count = std::max<std::size_t>(threads, 1);
    threads_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        threads_.emplace_back([this] { work(); });
    }
}

void Workers::stop() {
    ready_.stop();
    for (auto& thread : threads_) {
        thread.join();
    }
    threads_.clear();
    ready_.clear();
}

void Workers::work() {
    while (auto connection = ready_.wait()) {
        ++busy_;
        Connection::serve(std::move(connection));
        --busy_;
    }
}

} // namespace drf_messages::server
