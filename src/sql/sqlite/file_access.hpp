// SPDX-License-Identifier: MIT
#pragma once

#include "sql/sqlite/factory.hpp"

#include <string>
#include <vector>

namespace drf_messages::sql {

/// A file that this process may not write, or a folder in which it may make none.
struct Unwritable {
    enum class Kind { file, log, folder };
    Kind kind = Kind::file;
    std::string path;
    int error = 0; ///< errno
};

/// Tells the file that the path leads to, now, from another one; empty when there is none.
std::string file_number(const SqliteOptions& options);

/// What keeps this process from writing a database, now; empty when nothing does, or when there is
/// no file. Asks the system alone: takes no lock, writes nothing.
std::vector<Unwritable> find_unwritable(const SqliteOptions& options);

} // namespace drf_messages::sql
