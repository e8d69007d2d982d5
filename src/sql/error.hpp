// SPDX-License-Identifier: MIT
#pragma once

#include "base/answerable.hpp"

#include <drf_messages/errors.hpp>

#include <string>
#include <string_view>

namespace drf_messages::sql {

/// What a driver's code means on every database, in more detail than an application is told.
enum class ErrorKind {
    connection_lost, ///< as in DatabaseErrorKind
    /// The server, or the system, lets no further connection be opened; those that are open may do.
    too_many_connections,
    busy,
    timed_out, ///< the statement took longer than SERVER.STATEMENT_TIMEOUT or a StatementLimit
    constraint,
    foreign_key, ///< a constraint too: the row that a key points to is not there, or still pointed
                 ///< to
    schema,
    made_before, ///< what a change of the schema makes is there already, or what it drops is gone
    read_only,
    denied,
    full,
    charset,       ///< a text and a column whose charset lacks one of its characters
    not_supported, ///< the server cannot do it, or not in the way that was asked for
    other,
};

/// Whether the same thing can be tried again at once. A lock or a free connection that was waited
/// for in vain cannot: the waiting was the trying.
enum class Retry {
    no,
    /// Nothing of it was done, and the next attempt may well succeed: a deadlock, a serialization
    /// failure, a certification conflict (kind busy), or a connection that had died before the
    /// statement was sent (kind connection_lost). In a transaction, all of that is gone.
    safe,
};

/// The database failed; says also whether it is worth another try. The answer is 503 for an outage
/// and 500 for a statement that is to blame itself.
class Error : public DatabaseError, public Answerable {
public:
    Error(
        ErrorKind kind,
        std::string_view statement_name,
        std::string code,
        std::string_view reason,
        Retry retry = Retry::no
    );

    ErrorKind kind() const noexcept { return kind_; }
    bool retryable() const noexcept { return retry_ == Retry::safe; }
    Answer answer() const noexcept override;

private:
    ErrorKind kind_;
    Retry retry_;
};

} // namespace drf_messages::sql
