// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/session_engine.hpp"
#include "sql/connection.hpp"

#include <functional>
#include <utility>

namespace drf_messages::accounts {

/// A connection for who does not need it all the time.
struct DatabaseLoan {
    DatabaseLoan(ConnectionSource borrow, std::function<void()> return_it)
        : connection(std::move(borrow)), give_back(std::move(return_it)) {}
    /// One that stays borrowed.
    DatabaseLoan(sql::Connection& kept)
        : connection([&kept]() -> sql::Connection& { return kept; }), give_back([] {}) {}

    ConnectionSource connection;
    /// What connection() has returned is not used any more; the next call may return another one.
    std::function<void()> give_back;
};

} // namespace drf_messages::accounts
