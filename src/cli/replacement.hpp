// SPDX-License-Identifier: MIT
#pragma once

#include "cli/temporary_file.hpp"
#include "sql/sqlite/factory.hpp"

#include <string>

namespace drf_messages::cli {

/// Puts `file` in the place of a SQLite database that nobody else uses, in one step: whatever ends
/// the process, the path leads to the old file or to the new one. Returns the name that the old one
/// has from then on, its log folded in; where SQLite cannot read it, its log is kept beside it.
/// Throws Failure and sql::Error, kind busy, when others use it; the old file has its place then.
/// - path: of the file itself, not of a link to it.
std::string
replace_database(const sql::SqliteOptions& database, const std::string& path, TemporaryFile& file);

/// The same where there is no file. A log that is there belonged to another one, and is put aside.
/// False when a file has just come there.
bool make_database(const std::string& path, TemporaryFile& file);

} // namespace drf_messages::cli
