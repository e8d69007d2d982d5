// SPDX-License-Identifier: MIT
#pragma once

#include "messages/database_access.hpp"
#include "sql/transaction.hpp"

#include <drf_messages/clock.hpp>
#include <drf_messages/log.hpp>
#include <drf_messages/settings.hpp>

#include <utility>

namespace drf_messages::test {

/// The database behind one connection, which a test looks into.
class ConnectionAccess final : public messages::DatabaseAccess {
public:
    ConnectionAccess(
        sql::Connection& connection, const Settings& settings, Clock clock, LogSink log = no_log()
    )
        : DatabaseAccess({settings, clock_, log_}), connection_(connection),
          clock_(std::move(clock)), log_(std::move(log)) {}

    void run(const Work& work) override {
        ++asked;
        work(connection_);
    }
    void transact(const Work& work, sql::Sharing sharing) override {
        ++asked;
        sql::transact(
            connection_, [&] { work(connection_); }, sharing
        );
    }

    int asked = 0; ///< how often somebody wanted the connection

private:
    sql::Connection& connection_;
    Clock clock_;
    LogSink log_;
};

} // namespace drf_messages::test
