// SPDX-License-Identifier: MIT
#include "server/workers.hpp"

#include "fibers/scheduler.hpp"
#include "server/connection.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace drf_messages::server {

void Workers::start(std::size_t threads, std::size_t fibers) {
    const std::size_t count = std::max<std::size_t>(threads, 1);
    threads_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        threads_.emplace_back([this, fibers, i] { fibers > 1 ? work_in_fibers(fibers, i) : work(); }
        );
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

void Workers::work_in_fibers(std::size_t most, std::size_t number) {
    fibers::Scheduler scheduler(most, number);
    const auto serve = [](std::shared_ptr<Connection> connection) {
        return [connection = std::move(connection)]() mutable {
            Connection::serve(std::move(connection));
        };
    };
    const auto takes_more = [&] { return !scheduler.is_full() && !ready_.is_stopped(); };
    while (!ready_.is_stopped() || !scheduler.is_empty()) {
        auto connection = scheduler.is_empty() ? ready_.wait() : nullptr;
        ++busy_;
        if (connection) {
            scheduler.start(serve(std::move(connection)));
        }
        while (takes_more() && (connection = ready_.poll())) {
            scheduler.start(serve(std::move(connection)));
        }
        const bool any = scheduler.go_on() || scheduler.let_patient_go_on();
        --busy_;
        if (!any && !scheduler.is_empty()) {
            const bool more = takes_more();
            busy_ += more ? 0 : 1;
            scheduler.wait(more ? ready_.descriptor() : -1);
            busy_ -= more ? 0 : 1;
        }
    }
}

} // namespace drf_messages::server
