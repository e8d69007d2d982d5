// SPDX-License-Identifier: MIT
#include "sql/postgresql/error.hpp"

#include <algorithm>
#include <cstring>

namespace drf_messages::sql::postgresql {

namespace {

struct StateKind {
    std::string_view state; ///< or its first two characters, the class
    ErrorKind kind;
};

constexpr StateKind state_kinds[] = {
    {"23503", ErrorKind::foreign_key},     // foreign_key_violation
    {"25006", ErrorKind::read_only},       // read_only_sql_transaction
    {"25P03", ErrorKind::connection_lost}, // idle_in_transaction_session_timeout
    {"42P01", ErrorKind::schema},          // undefined_table
    {"42501", ErrorKind::denied},          // insufficient_privilege
    {"42701", ErrorKind::made_before},     // duplicate_column
    {"42703", ErrorKind::schema},          // undefined_column
    {"42710", ErrorKind::made_before},     // duplicate_object
    {"42P07", ErrorKind::made_before},     // duplicate_table, an index too
    {"3F000", ErrorKind::schema},          // invalid_schema_name
    {"53100", ErrorKind::full},            // disk_full
    {"53300", ErrorKind::too_many_connections},
    {"55P03", ErrorKind::busy},      // lock_not_available
    {"57014", ErrorKind::timed_out}, // query_canceled
    {"0A", ErrorKind::not_supported},
    {"08", ErrorKind::connection_lost},
    {"23", ErrorKind::constraint},
    {"28", ErrorKind::connection_lost}, // the password is wrong
    {"3D", ErrorKind::connection_lost}, // no such database
    {"40", ErrorKind::busy},            // deadlock, serialization failure
    {"53", ErrorKind::busy},            // out of memory, and the like
    {"57P", ErrorKind::connection_lost},
};

/// Errors of data quote the value that they are about; their texts without it.
struct StateText {
    std::string_view state;
    std::string_view text;
};

constexpr StateText texts_without_values[] = {
    {"22003", "a number is out of its type's range"},
    {"22007", "a text is no date and time"},
    {"22008", "a date and time is out of range"},
    {"22021", "a text is not in the database's encoding"},
    {"22P02", "a text cannot be read as the column's type"},
    {"22001", "a text is longer than its column"},
    {"22", "the server refuses a value"},
    {"P0", "the database's own code refuses it"},
};

std::string_view field(const PGresult* result, int code) {
    const char* text = libpq().PQresultErrorField(result, code);
    return text ? std::string_view(text) : std::string_view();
}

/// On one line, without "\n" at its end.
std::string one_line(std::string_view text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) {
        text.remove_suffix(1);
    }
    std::string line(text);
    std::replace(line.begin(), line.end(), '\n', ' ');
    std::replace(line.begin(), line.end(), '\t', ' ');
    return line;
}

std::string reason_of(const PGresult* result, std::string_view state) {
    for (const StateText& known : texts_without_values) {
        if (state.starts_with(known.state)) {
            return std::string(known.text);
        }
    }
    std::string reason = one_line(field(result, PG_DIAG_MESSAGE_PRIMARY));
    return reason.empty() ? one_line(libpq().PQresultErrorMessage(result)) : reason;
}

} // namespace

ErrorKind error_kind(std::string_view sqlstate) {
    for (const StateKind& known : state_kinds) {
        if (sqlstate.starts_with(known.state)) {
            return known.kind;
        }
    }
    return ErrorKind::other;
}

std::string_view sqlstate(const PGresult* result) {
    return field(result, PG_DIAG_SQLSTATE);
}

Error result_error(const PGresult* result, std::string_view statement_name) {
    const std::string state(sqlstate(result));
    // Without a SQLSTATE the error is libpq's own: the connection broke.
    const ErrorKind kind = state.empty() ? ErrorKind::connection_lost : error_kind(state);
    const bool again = state.starts_with("40") || is_stale_statement(result);
    return Error(
        again ? ErrorKind::busy : kind,
        statement_name,
        state,
        reason_of(result, state),
        again ? Retry::safe : Retry::no
    );
}

Error last_words(const PGresult* result, std::string_view statement_name) {
    const std::string state(sqlstate(result));
    return Error(ErrorKind::connection_lost, statement_name, state, reason_of(result, state));
}

Error connection_error(PGconn* connection, std::string_view statement_name) {
    std::string reason = one_line(connection ? libpq().PQerrorMessage(connection) : "");
    if (reason.empty()) {
        reason = "the connection to the server is lost";
    }
    return Error(ErrorKind::connection_lost, statement_name, {}, reason);
}

bool is_stale_statement(const PGresult* result) {
    const std::string_view state = sqlstate(result);
    return state == "26000" || state == "42P05" ||
           (state == "0A000" && field(result, PG_DIAG_SOURCE_FUNCTION) == "RevalidateCachedQuery");
}

bool is_error(const PGresult* result) {
    switch (libpq().PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
        return false;
    default:
        return true;
    }
}

} // namespace drf_messages::sql::postgresql
