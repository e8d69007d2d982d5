// SPDX-License-Identifier: MIT
#pragma once

#include "model/epoch.hpp"
#include "sql/connection.hpp"
#include "sql/error.hpp"

#include <optional>
#include <span>
#include <utility>

namespace drf_messages::store {

/// What `ask` returns, which is an optional; nothing where the feed's tables are not there.
template<class Ask>
auto if_there(Ask ask) -> decltype(ask()) {
    try {
        return ask();
    } catch (const sql::Error& error) {
        if (error.kind() != sql::ErrorKind::schema) {
            throw;
        }
        return std::nullopt;
    }
}

/// What `read` makes of the row of drf_messages_server_info. Nothing where it is not there, or has
/// no epoch: whatever reads an epoch does it here, since anybody may have written into the table.
/// - statement: selects the epoch first.
template<class Read>
auto query_info(
    sql::Connection& connection,
    const sql::Statement& statement,
    std::span<const sql::Value> parameters,
    Read read
) -> std::optional<decltype(read(std::declval<const sql::Row&>()))> {
    using Found = std::optional<decltype(read(std::declval<const sql::Row&>()))>;
    return sql::query_one(
               connection,
               statement,
               parameters,
               [&](const sql::Row& row) {
                   return is_epoch(row.text(0)) ? Found(read(row)) : std::nullopt;
               }
    ).value_or(std::nullopt);
}

/// As query_info(); nothing where the tables are not there.
template<class Read>
auto query_feed(
    sql::Connection& connection,
    const sql::Statement& statement,
    std::span<const sql::Value> parameters,
    Read read
) {
    return if_there([&] { return query_info(connection, statement, parameters, read); });
}

} // namespace drf_messages::store
