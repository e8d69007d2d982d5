// SPDX-License-Identifier: MIT
#pragma once

#include "server/bind_address.hpp"
#include "server/reactor.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>

#include <functional>
#include <string>

namespace drf_messages::server {

/// A bound address and its accept loop, on the first reactor's thread. A Unix socket's file is
/// removed with it; one that a dead process left is replaced.
class Listener {
public:
    /// Which reactor a new connection goes to.
    using NextReactor = std::function<Reactor&()>;

    /// - throws std::runtime_error that names the address and the reason.
    Listener(Shared& shared, Reactor& reactor, NextReactor next, const std::string& address);
    /// - descriptor: of a socket that listens; it is the listener's from here on, and its file
    ///   somebody else's.
    Listener(Shared& shared, Reactor& reactor, NextReactor next, int descriptor);
    ~Listener();

    const std::string& address() const noexcept { return address_; }
    void start() { accept(); }
    void close();

private:
    void remove_file() noexcept;
    void accept();
    void on_accept(const boost::system::error_code& ec, Reactor& reactor, Socket socket);
    void on_failure(const boost::system::error_code& ec);

    Shared& shared_;
    Reactor& reactor_;
    NextReactor next_;
    asio::basic_socket_acceptor<asio::generic::stream_protocol, Executor> acceptor_;
    asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, Executor> pause_;
    Seldom failure_;
    bool has_made_room_ = false; ///< since a client was accepted, or since the last pause
    Endpoint peer_;
    std::string address_;
    std::string unix_path_;
    bool tcp_ = true;
};

} // namespace drf_messages::server
