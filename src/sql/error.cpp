// SPDX-License-Identifier: MIT
#include "sql/error.hpp"

#include <utility>

namespace drf_messages::sql {
namespace {

DatabaseErrorKind for_applications(ErrorKind kind) {
    switch (kind) {
    case ErrorKind::connection_lost:
        return DatabaseErrorKind::connection_lost;
    case ErrorKind::too_many_connections:
    case ErrorKind::busy:
    case ErrorKind::timed_out:
        return DatabaseErrorKind::busy;
    case ErrorKind::constraint:
    case ErrorKind::foreign_key:
        return DatabaseErrorKind::constraint;
    case ErrorKind::schema:
        return DatabaseErrorKind::schema;
    case ErrorKind::read_only:
        return DatabaseErrorKind::read_only;
    case ErrorKind::denied:
        return DatabaseErrorKind::denied;
    case ErrorKind::full:
        return DatabaseErrorKind::full;
    case ErrorKind::charset:
        return DatabaseErrorKind::charset;
    case ErrorKind::made_before:
    case ErrorKind::not_supported:
    case ErrorKind::other:
        return DatabaseErrorKind::other;
    }
    return DatabaseErrorKind::other;
}

std::string
describe(std::string_view statement_name, const std::string& code, std::string_view reason) {
    std::string text;
    text.reserve(statement_name.size() + reason.size() + code.size() + 5);
    text.append(statement_name).append(": ").append(reason);
    if (!code.empty()) {
        text.append(" (").append(code).append(")");
    }
    return text;
}

/// Whether the database's state is to blame, which its operator can mend, and not the statement.
bool is_outage(ErrorKind kind) noexcept {
    switch (kind) {
    case ErrorKind::connection_lost:
    case ErrorKind::too_many_connections:
    case ErrorKind::busy:
    case ErrorKind::timed_out:
    case ErrorKind::schema:
    case ErrorKind::read_only:
    case ErrorKind::denied:
    case ErrorKind::full:
        return true;
    case ErrorKind::charset:
    case ErrorKind::constraint:
    case ErrorKind::foreign_key:
    case ErrorKind::made_before:
    case ErrorKind::not_supported:
    case ErrorKind::other:
        return false;
    }
    return false;
}

} // namespace

Error::Error(
    ErrorKind kind,
    std::string_view statement_name,
    std::string code,
    std::string_view reason,
    Retry retry
)
    : DatabaseError(for_applications(kind), code, describe(statement_name, code, reason)),
      kind_(kind), retry_(retry) {}

Answerable::Answer Error::answer() const noexcept {
    return is_outage(kind()) ? unavailable("The database is not available. Try again.") : Answer();
}

} // namespace drf_messages::sql
