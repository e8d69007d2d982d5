// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>

#include <chrono>
#include <stdexcept>
#include <string>

namespace drf_messages {

/// Why the data was refused.
enum class errc {
    not_found = 1,
    text_too_long,
    tag_too_long,
    view_too_long,
    invalid_utf8,
    contains_nul,
    unread_not_deletable,
    already_exists,
    no_feed,
    state_expired,
};

/// What an application asked for was refused because of its data; nothing was stored.
class DRF_MESSAGES_API Refused : public std::invalid_argument {
public:
    explicit Refused(errc code);
    errc code() const noexcept { return code_; }

private:
    errc code_;
};

/// A message cannot be left because the request has no storage: MessageMiddleware is missing.
/// - Django: django/contrib/messages/api.py, MessageFailure.
class DRF_MESSAGES_API MessageFailure : public std::runtime_error {
public:
    MessageFailure();
};

/// Nobody may try a password for this name from this address for now: too many were wrong.
class DRF_MESSAGES_API TooManyAttempts : public std::runtime_error {
public:
    /// - retry_after: until the next attempt is looked at.
    explicit TooManyAttempts(std::chrono::seconds retry_after);
    std::chrono::seconds retry_after() const noexcept { return retry_after_; }

private:
    std::chrono::seconds retry_after_;
};

/// What the caller can do about a database that failed.
enum class DatabaseErrorKind {
    connection_lost, ///< the connection must be thrown away; the database may be down
    busy,            ///< lock, deadlock, serialization failure, no free connection in time
    constraint,      ///< unique, foreign key or not null, such as a user who does not exist
    schema,          ///< a table or column is missing: migrate first
    read_only,
    denied,  ///< the account lacks a privilege on a table
    full,    ///< no space is left: nothing of the transaction was written
    charset, ///< a text has a character that the column cannot hold, as emoji in one of utf8mb3
    other,
};

/// The database failed. The text names the statement and the driver's reason, never a value.
class DRF_MESSAGES_API DatabaseError : public std::runtime_error {
public:
    DatabaseError(DatabaseErrorKind kind, std::string code, const std::string& text);

    DatabaseErrorKind kind() const noexcept { return kind_; }
    /// SQLSTATE, MariaDB's error number, or SQLite's extended result code as a number.
    const std::string& code() const noexcept { return code_; }

private:
    DatabaseErrorKind kind_;
    std::string code_;
};

} // namespace drf_messages
