// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <string>
#include <string_view>

namespace drf_messages {

/// What DATABASES.default.NAME of a SQLite database says: a file, ":memory:", or a URI that begins
/// with "file:".
/// - SQLite: https://www.sqlite.org/uri.html. Django passes it on with uri=True.
struct SqliteName {
    std::string path;       ///< without escapes
    bool in_memory = false; ///< mode=memory, vfs=memdb: there is no file
    bool read_only = false; ///< mode=ro, immutable=1
    bool may_create = true; ///< not with mode=ro, mode=rw and immutable=1
    /// What else the URI asks of SQLite, in its form: "vfs=unix-none&nolock=1". Connections to a
    /// file share no cache, whatever it says.
    std::string parameters;
};

/// Throws std::invalid_argument that says what is wrong with a URI.
SqliteName parse_sqlite_name(std::string_view name);

/// The same name, a URI too, with another path.
std::string with_sqlite_path(std::string_view name, std::string_view path);

/// Whether the database is SQLite's and lives only as long as its connections. Throws as
/// parse_sqlite_name() does.
bool is_in_memory(const DatabaseSettings& database);

} // namespace drf_messages
