// SPDX-License-Identifier: MIT
#pragma once

#include "cache/cache.hpp"
#include "cache/connection_pool.hpp"
#include "cache/socket_stream.hpp"

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>

namespace drf_messages::cache {

/// The server understood and says no. The text is the first word of its answer ("WRONGPASS"): the
/// others may repeat what was sent.
class Refusal : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// One server and the connections to it.
/// - Connection: as ConnectionPool wants it; made, and asked, it throws SocketError and Refusal.
template<class Connection>
class Server {
public:
    /// - name: of the kind of server, for errors.
    /// - timeout: from a question to the end of its answer.
    /// - retry_on_timeout: asks once more when there was no answer in time.
    Server(
        std::string name,
        typename ConnectionPool<Connection>::Open open,
        std::size_t most_connections,
        std::chrono::milliseconds timeout,
        bool retry_on_timeout
    )
        : name_(std::move(name)), pool_(std::move(open), most_connections, timeout),
          timeout_(timeout), retry_on_timeout_(retry_on_timeout) {}

    /// What `work` (connection, deadline) returns. A connection that the server has closed since
    /// its last use is replaced and `work` called again. Throws Error.
    template<class Work>
    auto ask(const Work& work) {
        try {
            bool again = false;
            try {
                return attempt(work, pool_.take(), again);
            } catch (const SocketError&) {
                if (!again) {
                    throw;
                }
            }
            return attempt(work, pool_.take(true), again);
        } catch (const SocketError& error) {
            throw Error(name_ + " does not answer: " + error.what());
        } catch (const Refusal& refusal) {
            throw Error(name_ + " refuses: " + refusal.what());
        } catch (const Error& error) {
            throw Error(name_ + " is not asked: " + error.what());
        }
    }

private:
    template<class Work>
    auto attempt(const Work& work, typename ConnectionPool<Connection>::Lease lease, bool& again) {
        try {
            auto answer = work(*lease, std::chrono::steady_clock::now() + timeout_);
            lease.answered();
            return answer;
        } catch (const Refusal&) {
            lease.refused();
            throw;
        } catch (const SocketError& error) {
            again = error.timeout() ? retry_on_timeout_ : lease.reused();
            // That an old connection was closed says nothing about the server.
            if (error.timeout() || !lease.reused()) {
                lease.failed(error.what(), error.timeout());
            }
            throw;
        }
    }

    std::string name_;
    ConnectionPool<Connection> pool_;
    std::chrono::milliseconds timeout_;
    bool retry_on_timeout_;
};

} // namespace drf_messages::cache
