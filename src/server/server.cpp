// SPDX-License-Identifier: MIT
#include "server/server.hpp"

#include "server/listener.hpp"
#include "server/reactor.hpp"
#include "server/shared.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <thread>
#include <utility>

namespace drf_messages::server {

struct Server::Impl {
    Impl(ServerOptions options, http::Handler handler, LogSink log) {
        shared.options = std::move(options);
        shared.handler = std::move(handler);
        shared.log = std::move(log);
        shared.body_room.emplace(
            std::max(shared.options.bodies_limit_bytes, 4 * shared.options.body_limit_bytes),
            shared.options.max_connections,
            shared.options.takes_body
        );
        shared.places.set_number(shared.options.max_connections);
        shared.spare_places.set_number(spare_connections);
        shared.stream_places.set_number(shared.options.max_streams);
        const auto threads = std::max<std::size_t>(shared.options.io_threads, 1);
        for (std::size_t i = 0; i < threads; ++i) {
            reactors.push_back(std::make_unique<Reactor>(shared));
            shared.reactors.push_back(reactors.back().get());
        }
        for (const auto& address : shared.options.bind) {
            listeners.push_back(std::make_unique<Listener>(
                shared, *reactors.front(), [this]() -> Reactor& { return next_reactor(); }, address
            ));
            addresses.push_back(listeners.back()->address());
        }
        for (const int descriptor : shared.options.listening) {
            listeners.push_back(std::make_unique<Listener>(
                shared,
                *reactors.front(),
                [this]() -> Reactor& { return next_reactor(); },
                descriptor
            ));
            addresses.push_back(listeners.back()->address());
        }
    }

    // a worker may still use a connection, and a connection its reactor
    ~Impl() {
        shared.workers.stop();
        shared.urgent_worker.stop();
    }

    Reactor& next_reactor() { return *reactors[next++ % reactors.size()]; }

    void stop() {
        const bool again = shared.draining.exchange(true);
        const auto deadline = SteadyClock::now() + shared.options.drain_timeout;
        asio::post(reactors.front()->context(), [this] {
            for (auto& listener : listeners) {
                listener->close();
            }
        });
        if (!again) {
            drain(deadline);
        }
    }

    void drain(SteadyClock::time_point deadline) {
        for (auto& reactor : reactors) {
            asio::post(reactor->context(), [&reactor = *reactor, deadline] {
                reactor.drain(deadline);
            });
        }
    }

    Shared shared;
    std::vector<std::unique_ptr<Reactor>> reactors;
    std::vector<std::unique_ptr<Listener>> listeners;
    std::vector<std::string> addresses;
    std::size_t next = 0;
};

Server::Server(ServerOptions options, http::Handler handler, LogSink log)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(handler), std::move(log))) {}

Server::~Server() = default;

const std::vector<std::string>& Server::addresses() const noexcept {
    return impl_->addresses;
}

void Server::ask_for_life() {
    impl_->shared.workers.ready().ask_for_life();
    for (auto& reactor : impl_->reactors) {
        reactor->ask_for_life();
    }
}

bool Server::is_alive() const noexcept {
    return impl_->shared.workers.ready().is_alive() &&
           std::all_of(impl_->reactors.begin(), impl_->reactors.end(), [](const auto& reactor) {
               return reactor->is_alive();
           });
}

void Server::run() {
    impl_->shared.workers.start(impl_->shared.options.workers, impl_->shared.options.fibers);
    if (impl_->shared.options.is_urgent) {
        impl_->shared.urgent_worker.start(1);
    }
    asio::post(impl_->reactors.front()->context(), [this] {
        for (auto& listener : impl_->listeners) {
            if (!impl_->shared.draining) {
                listener->start();
            }
        }
    });
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < impl_->reactors.size(); ++i) {
        threads.emplace_back([&reactor = *impl_->reactors[i]] { reactor.run(); });
    }
    impl_->reactors.front()->run();
    for (auto& thread : threads) {
        thread.join();
    }
}

void Server::stop() {
    impl_->stop();
}

void Server::cut() {
    impl_->stop();
    impl_->drain(SteadyClock::now());
}

} // namespace drf_messages::server
