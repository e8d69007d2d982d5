// SPDX-License-Identifier: MIT
#include "server/listener.hpp"

#include "server/connection.hpp"
#include "server/socket_access.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/socket_base.hpp>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <utility>

namespace drf_messages::server {

namespace {

using namespace std::chrono_literals;
using boost::system::error_code;

/// How long accepting rests when the process has no file descriptor left.
constexpr auto accept_pause = 100ms;

/// Whether it would work with one connection less.
bool is_want_of_room(const error_code& ec) {
    return ec == asio::error::no_descriptors || ec == asio::error::no_memory ||
           ec == asio::error::no_buffer_space ||
           ec == boost::system::errc::too_many_files_open_in_system;
}

/// Removes the file of a Unix socket that nobody listens on any more.
void remove_stale(const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
        return;
    }
    if (!S_ISSOCK(status.st_mode)) {
        throw std::runtime_error("there is a file of that name, not a socket");
    }
    asio::io_context context;
    asio::local::stream_protocol::socket probe(context);
    error_code ec;
    probe.connect(asio::local::stream_protocol::endpoint(path), ec);
    if (ec != asio::error::connection_refused) {
        throw std::runtime_error(
            ec ? "the socket there cannot be tried: " + ec.message() : "another process serves it"
        );
    }
    ::unlink(path.c_str());
}

} // namespace

Listener::Listener(Shared& shared, Reactor& reactor, NextReactor next, const std::string& address)
    : shared_(shared), reactor_(reactor), next_(std::move(next)),
      acceptor_(reactor.context().get_executor()), pause_(reactor.context().get_executor()) {
    try {
        const auto endpoint = find_bind_address(address);
        const auto path = unix_path(endpoint);
        tcp_ = path.empty();
        if (!tcp_) {
            remove_stale(path);
        }
        acceptor_.open(endpoint.protocol());
        if (tcp_) {
            acceptor_.set_option(asio::socket_base::reuse_address(true));
        }
        acceptor_.bind(endpoint);
        unix_path_ = path;
        if (!tcp_) {
            // Nobody can connect before listen(), whatever the umask has let him.
            give_access(path, shared.options.socket_access);
        }
        acceptor_.listen(asio::socket_base::max_listen_connections);
        address_ = tcp_ ? address_text(acceptor_.local_endpoint()) : address_text(endpoint);
    } catch (const std::exception& error) {
        remove_file();
        const auto* const system = dynamic_cast<const boost::system::system_error*>(&error);
        throw std::runtime_error(
            "cannot serve " + address + ": " + (system ? system->code().message() : error.what())
        );
    }
}

Listener::Listener(Shared& shared, Reactor& reactor, NextReactor next, int descriptor)
    : shared_(shared), reactor_(reactor), next_(std::move(next)),
      acceptor_(reactor.context().get_executor()), pause_(reactor.context().get_executor()) {
    Endpoint endpoint;
    auto size = static_cast<socklen_t>(endpoint.capacity());
    if (::getsockname(descriptor, endpoint.data(), &size) != 0) {
        throw std::runtime_error("a socket that was handed over is none");
    }
    endpoint.resize(size);
    const int family = endpoint.data()->sa_family;
    tcp_ = family == AF_INET || family == AF_INET6;
    error_code failed;
    acceptor_.assign({family, tcp_ ? IPPROTO_TCP : 0}, descriptor, failed);
    if (failed) {
        throw std::runtime_error("a socket that was handed over is of no use: " + failed.message());
    }
    address_ = address_text(endpoint);
}

Listener::~Listener() {
    remove_file();
}

void Listener::close() {
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    remove_file();
}

void Listener::remove_file() noexcept {
    if (!unix_path_.empty()) {
        ::unlink(unix_path_.c_str());
        unix_path_.clear();
    }
}

void Listener::accept() {
    auto& reactor = next_();
    auto socket = std::make_unique<Socket>(reactor.context().get_executor());
    auto& accepted = *socket;
    acceptor_.async_accept(
        accepted,
        peer_,
        [this, &reactor, socket = std::move(socket)](const error_code& ec) {
            on_accept(ec, reactor, std::move(*socket));
        }
    );
}

void Listener::on_accept(const error_code& ec, Reactor& reactor, Socket socket) {
    if (!acceptor_.is_open()) {
        return;
    }
    if (ec) {
        return on_failure(ec);
    }
    has_made_room_ = false;
    const Endpoint peer = peer_;
    accept(); // the next one, even if this one finds no memory
    error_code ignored;
    if (tcp_) {
        socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    }
    const Endpoint local = socket.local_endpoint(ignored);
    auto connection =
        std::make_shared<Connection>(shared_, reactor, std::move(socket), local, peer);
    asio::dispatch(
        reactor.context().get_executor(),
        [&reactor, connection = std::move(connection)] { reactor.admit(connection); }
    );
}

void Listener::on_failure(const error_code& ec) {
    if (ec == asio::error::connection_aborted) {
        return accept();
    }
    if (failure_.is_due()) {
        shared_.log(LogLevel::warning, "server: cannot accept: " + ec.message());
    }
    // Where one less was of no use, it is not our connections that take the room.
    if (is_want_of_room(ec) && !std::exchange(has_made_room_, true) &&
        reactor_.make_room(shared_.places)) {
        return accept();
    }
    pause_.expires_after(accept_pause);
    pause_.async_wait([this](const error_code& stopped) {
        if (!stopped) {
            has_made_room_ = false;
            accept();
        }
    });
}

} // namespace drf_messages::server
