// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::schema {

enum class Privilege { select, insert, update, remove };

/// Something that is done with a table.
struct Need {
    std::string table;
    Privilege privilege = Privilege::select;
    std::vector<std::string> columns; ///< that are read or written; none: any, or the row
};

/// What the database does not let its account do, in words: "role ann", "may not read auth_user".
struct Refusal {
    std::string subject; ///< empty: the database itself
    std::string what;    ///< names no account and no server
    std::string remedy;  ///< the statement that mends it; empty when none is known
};

/// The needs that the account has no privileges for, with the sequences from which PostgreSQL takes
/// the numbers of new rows. Tables that are not there count as allowed.
/// Nothing is written, no row is locked, and on PostgreSQL no table; where a table is locked on
/// MariaDB, what cannot be told counts as allowed. SQLite has no privileges.
std::optional<Refusal> find_refusal(sql::Connection& connection, std::span<const Need> needs);

/// Why nothing may be written, whatever the privileges; absent when it may. Of SQLite only
/// what a connection was told; the rest is in the files.
std::optional<Refusal> find_write_refusal(sql::Connection& connection);

/// The same by what a server says when it lets nobody of that name into the database; absent when
/// it says something else.
/// - error: the text of the error when connecting.
std::optional<Refusal>
refused_database(std::string_view error, const std::string& database, const std::string& user);

/// Whether it has looked at name and password, or at where the client is, and refuses it: trying
/// again is of no use.
bool refuses_login(std::string_view error);

} // namespace drf_messages::schema
