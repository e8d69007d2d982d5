// SPDX-License-Identifier: MIT
#pragma once

#include "http/server_interface.hpp"
#include "server/answered.hpp"
#include "server/socket_access.hpp"

#include <drf_messages/log.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace drf_messages::server {

/// So many more connections than ServerOptions::max_connections are taken in. Theirs are urgent
/// requests alone: any other is answered 503.
inline constexpr std::size_t spare_connections = 64;

struct ServerOptions {
    /// HOST:PORT, [V6]:PORT or unix:PATH; port 0 lets the system choose
    std::vector<std::string> bind = {"127.0.0.1:8000"};
    /// Descriptors of sockets that listen already, such as a service manager hands over: served
    /// beside `bind`. They are the server's from here on; a Unix socket's file stays as it is.
    std::vector<int> listening;
    SocketAccess socket_access; ///< of each Unix socket of `bind`
    std::size_t workers = 4;    ///< threads that run the handler
    /// Requests that each of them answers side by side while they wait for PostgreSQL; 1: none.
    std::size_t fibers = 1;
    /// Requests that a thread of their own runs, so that they are answered while all workers wait
    /// for something; empty: none.
    std::function<bool(const http::Request&)> is_urgent;
    std::size_t io_threads = 1;
    /// Where a further client comes, the connection that has waited longest for its own is closed;
    /// it is answered 503 if none waits for its client.
    std::size_t max_connections = 4096;
    /// Answers that are streams, beside these; further ones take a connection's place each.
    std::size_t max_streams = 1024;
    std::size_t header_limit_bytes = 32 * 1024;
    std::size_t body_limit_bytes = 2'621'440;
    /// of the bodies of all requests under way together; the least is four times the limit of one
    std::size_t bodies_limit_bytes = 64 * 1024 * 1024;
    /// of the answers together that clients do not take at once; beyond it the connection ends
    /// whose client has been taking its own for longest
    std::size_t answers_limit_bytes = 1024UL * 1024 * 1024;
    /// Whether the body of a request is of use, asked with its head, from any thread; one that is
    /// not is read and forgotten. Empty: all are.
    std::function<bool(const http::Request&)> takes_body;
    /// From a request's first byte to its headers' end; then 408. The first byte of a connection
    /// comes within the same time.
    std::chrono::milliseconds header_timeout{10'000};
    std::chrono::milliseconds body_timeout{30'000}; ///< for the whole body; then 408
    /// between two requests
    std::chrono::milliseconds keep_alive_timeout{75'000};
    std::chrono::milliseconds write_timeout{30'000}; ///< for a whole answer
    /// after stop(), for requests under way; then they are cut
    std::chrono::milliseconds drain_timeout{10'000};
    bool access_log = true;
    bool trust_forwarded_for = false;
    /// Another form of the access log than lines of the log; each of its functions, or none.
    struct AccessLog {
        /// Called when the answer is known, before it is sent.
        std::function<std::string(const Answered&)> line;
        /// Called with the line when the answer is sent, or on its way.
        std::function<void(std::string_view line)> write;
    } access_log_form;
    /// Told of each answer when it is known, and of a stream when it has ended. From any thread,
    /// before the answer is sent; must not throw. Empty: nobody is.
    std::function<void(const Answered&)> observe;
};

/// An HTTP/1.1 server over a blocking handler: sockets here, requests on a pool of worker threads.
class Server {
public:
    /// Binds at once; throws std::runtime_error with the address and the reason when it cannot.
    Server(ServerOptions options, http::Handler handler, LogSink log);
    /// Waits for handlers that still run after a drain was cut short.
    ~Server();

    /// The addresses as bound, "http://127.0.0.1:43210" or "unix:/run/x.sock".
    const std::vector<std::string>& addresses() const noexcept;

    /// Asks each I/O thread and the workers for a sign of life, while run() runs. From any thread.
    void ask_for_life();
    /// Whether each I/O thread and one of the workers have given it since they were last asked. A
    /// worker does between two requests.
    bool is_alive() const noexcept;

    /// Serves until stop(); then accepts nothing more, lets requests under way finish, and returns.
    void run();
    /// From any thread.
    void stop();
    /// Stops, and cuts at once what still runs. From any thread.
    void cut();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace drf_messages::server
