// SPDX-License-Identifier: MIT
#include "sql/sqlite/error.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <cstdlib>
#include <string>

namespace drf_messages::sql::sqlite {

ErrorKind error_kind(int extended_code, std::string_view reason) {
    switch (extended_code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ErrorKind::busy;
    case SQLITE_INTERRUPT: // by a WorkLimit
        return ErrorKind::timed_out;
    case SQLITE_CONSTRAINT:
        return extended_code == SQLITE_CONSTRAINT_FOREIGNKEY ? ErrorKind::foreign_key
                                                             : ErrorKind::constraint;
    case SQLITE_READONLY:
        // The file was replaced or removed under us: a new connection opens the new one.
        return extended_code == SQLITE_READONLY_DBMOVED ? ErrorKind::connection_lost
                                                        : ErrorKind::read_only;
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return ErrorKind::denied;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ErrorKind::connection_lost;
    case SQLITE_FULL:
        return ErrorKind::full;
    case SQLITE_SCHEMA:
        return ErrorKind::schema;
    case SQLITE_ERROR: {
        const bool missing = reason.starts_with("no such table") ||
                             reason.starts_with("no such column") ||
                             reason.find(" has no column named ") != std::string_view::npos;
        const bool there =
            reason.ends_with(" already exists") || reason.starts_with("duplicate column name");
        return missing ? ErrorKind::schema : there ? ErrorKind::made_before : ErrorKind::other;
    }
    default:
        return ErrorKind::other;
    }
}

ErrorKind open_error_kind(sqlite3* database, int extended_code, std::string_view reason) {
    const int system_error = sqlite3_system_errno(database);
    const bool opens = (extended_code & 0xff) == SQLITE_CANTOPEN;
    return opens && (system_error == EMFILE || system_error == ENFILE)
               ? ErrorKind::too_many_connections
               : error_kind(extended_code, reason);
}

bool is_unreadable_file(const Error& error) noexcept {
    const int code = std::atoi(error.code().c_str()) & 0xff;
    return code == SQLITE_NOTADB || code == SQLITE_CORRUPT;
}

Error last_error(sqlite3* database, int code, std::string_view statement_name) {
    const int extended = sqlite3_extended_errcode(database);
    // A misuse may be reported by the call alone, while the connection still holds an older error.
    const bool current = (extended & 0xff) == (code & 0xff);
    const std::string reason = current ? sqlite3_errmsg(database) : sqlite3_errstr(code);
    const int exact = current ? extended : code;
    return Error(
        open_error_kind(database, exact, reason), statement_name, std::to_string(exact), reason
    );
}

} // namespace drf_messages::sql::sqlite
