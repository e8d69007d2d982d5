// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace drf_messages::sql {

/// Opens a connection; throws sql::Error when the database can not be reached.
using ConnectionFactory = std::function<std::unique_ptr<Connection>()>;

/// A bounded set of connections, shared by threads. Opened when first needed, kept open.
class Pool {
public:
    /// A borrowed connection, given back when it goes out of scope; one that is no longer usable()
    /// is closed instead.
    class Lease {
    public:
        Lease(Lease&& other) noexcept;
        Lease& operator=(Lease&&) = delete;
        ~Lease();
        Connection& operator*() const noexcept { return *connection_; }
        Connection* operator->() const noexcept { return connection_.get(); }

    private:
        friend class Pool;
        Lease(Pool& pool, std::unique_ptr<Connection> connection);
        Pool* pool_;
        std::unique_ptr<Connection> connection_;
    };

    /// - size: how many connections at most, at least 1.
    /// - wait: how long acquire() waits for a free one.
    Pool(ConnectionFactory open, std::size_t size, std::chrono::milliseconds wait);
    ~Pool();

    /// Throws sql::Error, kind busy, when no connection gets free in time.
    Lease acquire();

    std::size_t size() const noexcept { return size_; }

private:
    void give_back(std::unique_ptr<Connection> connection) noexcept;

    ConnectionFactory open_;
    std::size_t size_;
    std::chrono::milliseconds wait_;
    std::mutex mutex_;
    std::condition_variable freed_;
    std::vector<std::unique_ptr<Connection>> idle_;
    std::size_t open_count_ = 0;
};

} // namespace drf_messages::sql
