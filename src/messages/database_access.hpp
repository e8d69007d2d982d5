// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <drf_messages/clock.hpp>
#include <drf_messages/log.hpp>
#include <drf_messages/settings.hpp>

#include <functional>

namespace drf_messages::messages {

/// How storages, query sets and managers reach the database: a connection for as long as one call
/// takes, or the one of the transaction that they were made in. The settings, clock and log of the
/// site go with it.
class DatabaseAccess {
public:
    using Work = std::function<void(sql::Connection&)>;

    DatabaseAccess() = default;
    virtual ~DatabaseAccess() = default;
    DatabaseAccess(const DatabaseAccess&) = delete;
    DatabaseAccess& operator=(const DatabaseAccess&) = delete;

    virtual const Settings& settings() const noexcept = 0;
    virtual Timestamp now() const = 0;
    virtual void log(LogLevel level, std::string_view line) const = 0;

    /// Runs `work` with a connection. Throws std::logic_error when the request or transaction that
    /// this belongs to has ended.
    virtual void run(const Work& work) = 0;
    /// As run(), in one transaction: of its own, as sql::transact() does it, or the surrounding
    /// one.
    virtual void transact(const Work& work) = 0;
};

} // namespace drf_messages::messages
