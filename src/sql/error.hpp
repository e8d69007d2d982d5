// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace drf_messages::sql {

/// What the caller can do about it.
enum class ErrorKind {
    connection_lost, ///< the connection must be thrown away; the database may be down
    busy,            ///< lock, deadlock, serialization failure, no free connection in time
    constraint,      ///< unique, foreign key or not null
    schema,          ///< a table or column is missing: migrate first
    read_only,
    full, ///< no space is left: nothing of the transaction was written
    other,
};

/// Whether the same thing can be tried again at once. A lock or a free connection that was waited
/// for in vain can not: the waiting was the trying.
enum class Retry {
    no,
    /// Nothing of it was done, and the next attempt may well succeed: a deadlock, a serialization
    /// failure, a certification conflict (kind busy), or a connection that had died before the
    /// statement was sent (kind connection_lost). In a transaction, all of that is gone.
    safe,
};

/// The database failed. The text names the statement and the driver's reason, never a value.
class Error : public std::runtime_error {
public:
    Error(
        ErrorKind kind,
        std::string_view statement_name,
        std::string code,
        std::string_view reason,
        Retry retry = Retry::no
    );

    ErrorKind kind() const noexcept { return kind_; }
    /// SQLSTATE, MariaDB's error number, or SQLite's extended result code as a number.
    const std::string& code() const noexcept { return code_; }
    bool retryable() const noexcept { return retry_ == Retry::safe; }

private:
    ErrorKind kind_;
    Retry retry_;
    std::string code_;
};

} // namespace drf_messages::sql
