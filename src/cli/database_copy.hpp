// SPDX-License-Identifier: MIT
#pragma once

#include "cli/commands.hpp"
#include "cli/temporary_file.hpp"
#include "sql/sqlite/factory.hpp"

#include <string>

namespace drf_messages::cli {

/// Copies a database on SQLite, which others may use, and shows how far it is.
/// - name: what a full disk is told of.
/// Throws Failure where the disk is full, otherwise sql::Error.
void copy_database(
    const Context& context,
    const sql::SqliteOptions& from,
    const TemporaryFile& to,
    const std::string& name
);

} // namespace drf_messages::cli
