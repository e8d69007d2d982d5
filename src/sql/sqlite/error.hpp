// SPDX-License-Identifier: MIT
#pragma once

#include "sql/error.hpp"

#include <string_view>

struct sqlite3;

namespace drf_messages::sql::sqlite {

/// What an extended result code means for the caller. `reason` is SQLite's text: a missing table
/// has no code of its own.
ErrorKind error_kind(int extended_code, std::string_view reason);

/// The same for what `database` has just reported: why a file cannot be opened is in no code.
ErrorKind open_error_kind(sqlite3* database, int extended_code, std::string_view reason);

/// Whether it says that a file is none of SQLite's, or a part of one, or damaged.
bool is_unreadable_file(const Error& error) noexcept;

/// The error that `database` has just reported for `statement_name`.
Error last_error(sqlite3* database, int code, std::string_view statement_name);

} // namespace drf_messages::sql::sqlite
