// SPDX-License-Identifier: MIT
#include "sql/sqlite/open.hpp"

#include "sql/error.hpp"
#include "sql/sqlite/error.hpp"
#include "sql/sqlite/file_access.hpp"
#include "sql/sqlite/known_file.hpp"
#include "sql/sqlite/statements.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>

namespace drf_messages::sql::sqlite {

namespace {

constexpr std::string_view open_name = "open the database";

/// Says more than SQLite's "unable to open database file". What passes can still fail to open.
void check_path(const SqliteOptions& options) {
    namespace fs = std::filesystem;
    const auto refuse = [&options](const std::string& why) {
        throw Error(ErrorKind::connection_lost, open_name, {}, options.path + ": " + why);
    };
    const fs::path path(options.path);
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::none) {
        refuse(error.message());
    }
    if (fs::is_directory(status)) {
        refuse("is a folder, not a database file");
    }
    if (fs::is_fifo(status) || fs::is_socket(status) || fs::is_character_file(status)) {
        refuse("is no file that can hold a database"); // a pipe would be waited for
    }
    if (fs::exists(status)) {
        return;
    }
    if (!options.create) {
        refuse("no such file");
    }
    if (path.has_parent_path() && !fs::is_directory(path.parent_path(), error)) {
        refuse("its folder does not exist");
    }
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
        refuse("no file may be made in its folder: " + std::generic_category().message(errno));
    }
}

OwnedDatabase open_file(const std::string& name, const std::string& path, int flags) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &opened, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    OwnedDatabase database(opened);
    if (!database) {
        throw Error(ErrorKind::other, open_name, std::to_string(code), sqlite3_errstr(code));
    }
    sqlite3_extended_result_codes(database.get(), 1);
    if (code != SQLITE_OK) {
        const int system_error = sqlite3_system_errno(database.get());
        const std::string reason = system_error != 0 ? std::generic_category().message(system_error)
                                                     : std::string(sqlite3_errmsg(database.get()));
        throw Error(
            open_error_kind(database.get(), code, reason),
            open_name,
            std::to_string(sqlite3_extended_errcode(database.get())),
            path + ": " + reason
        );
    }
    return database;
}

/// Called by SQLite, whose frames no exception may pass: without memory to wait nobody waits.
int busy_handler(void* patience, int) noexcept {
    try {
        return static_cast<Patience*>(patience)->nap() ? 1 : 0;
    } catch (const std::exception&) {
        return 0;
    }
}

/// Runs one PRAGMA and returns the first column of its first row, or an empty text.
std::string
pragma(sqlite3* database, Patience& patience, const std::string& path, const char* text) {
    sqlite3_stmt* prepared = nullptr;
    patience.reset();
    for (;;) {
        int code = sqlite3_prepare_v2(database, text, -1, &prepared, nullptr);
        const OwnedStatement statement(prepared);
        if (code == SQLITE_OK) {
            code = sqlite3_step(prepared);
        }
        if (code == SQLITE_ROW) {
            const auto* value = sqlite3_column_text(prepared, 0);
            return value ? reinterpret_cast<const char*>(value) : "";
        }
        if (code == SQLITE_DONE) {
            return {};
        }
        // Some pragmas give up on a lock without asking the busy handler.
        if ((code & 0xff) == SQLITE_BUSY && patience.nap()) {
            continue;
        }
        throw last_error(database, code, std::string(open_name) + " " + path);
    }
}

/// The file as a URI. An absolute path could begin with a host's two slashes.
std::string uri_of(const std::string& path, const std::string& parameters) {
    std::string uri = path.starts_with('/') ? "file://" : "file:";
    for (const char letter : path) {
        switch (letter) {
        case '?':
            uri += "%3f";
            break;
        case '#':
            uri += "%23";
            break;
        case '%':
            uri += "%25";
            break;
        default:
            uri += letter;
        }
    }
    return uri + "?" + parameters;
}

/// What SQLite takes for a path or, because it begins with "file:", for a URI.
std::string file_name(const SqliteOptions& options) {
    const bool plain = options.uri_parameters.empty() && !options.path.starts_with("file:");
    return plain ? options.path : uri_of(options.path, options.uri_parameters);
}

/// Reads the file without locks, -wal and -shm.
OwnedDatabase open_immutable(const SqliteOptions& options) {
    const char* const more = options.uri_parameters.empty() ? "" : "&";
    const std::string name = uri_of(options.path, options.uri_parameters + more + "immutable=1");
    return open_file(name, options.path, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

int open_flags(const SqliteOptions& options) {
    if (is_in_memory(options)) {
        return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    }
    if (options.read_only) {
        return SQLITE_OPEN_READONLY;
    }
    return SQLITE_OPEN_READWRITE | (options.create ? SQLITE_OPEN_CREATE : 0);
}

bool has_beside(const std::string& path, const char* suffix) {
    std::error_code error;
    const auto size = std::filesystem::file_size(beside(path, suffix), error);
    return !error && size > 0;
}

OwnedDatabase open_as_asked(const SqliteOptions& options) {
    const std::string name = file_name(options);
    const int uri = name == options.path ? 0 : SQLITE_OPEN_URI;
    return open_file(name, options.path, open_flags(options) | uri);
}

/// Read by SQLite's own handle: closing another one would give up the locks that this process has
/// on the file.
bool is_in_wal_mode(sqlite3* database) {
    constexpr sqlite3_int64 write_version = 18; // https://www.sqlite.org/fileformat2.html
    constexpr char of_write_ahead_log = 2;
    sqlite3_file* file = nullptr;
    sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file));
    char version = 0;
    return file != nullptr && file->pMethods != nullptr &&
           file->pMethods->xRead(file, &version, 1, write_version) == SQLITE_OK &&
           version == of_write_ahead_log;
}

/// Whether this file, which may not be written, would get a log from us though it has none: one
/// with our user and the file's mode, which those who write it could not write.
bool would_get_a_log(const SqliteOptions& options, sqlite3* database) {
    std::error_code error;
    return !is_in_memory(options) &&
           ::faccessat(AT_FDCWD, options.path.c_str(), W_OK, AT_EACCESS) != 0 &&
           !std::filesystem::exists(beside(options.path, "-wal"), error) &&
           is_in_wal_mode(database);
}

void use_write_ahead_log(sqlite3* database, Patience& patience, const std::string& path) {
    const std::string mode = pragma(database, patience, path, "PRAGMA journal_mode");
    if (mode == "wal" || mode == "memory" || sqlite3_db_readonly(database, "main") == 1) {
        return;
    }
    try {
        pragma(database, patience, path, "PRAGMA journal_mode = WAL");
    } catch (const Error& error) {
        // A folder in which no -wal file can be made: reading works, and each write says why it
        // does not.
        if (error.kind() != ErrorKind::read_only && error.kind() != ErrorKind::connection_lost) {
            throw;
        }
        pragma(database, patience, path, "PRAGMA journal_mode");
    }
}

} // namespace

bool is_in_memory(const SqliteOptions& options) {
    return options.in_memory || options.path == ":memory:";
}

bool is_immutable(sqlite3* database) noexcept {
    return sqlite3_uri_boolean(sqlite3_db_filename(database, "main"), "immutable", 0) != 0;
}

void DatabaseCloser::operator()(sqlite3* database) const noexcept {
    sqlite3_close_v2(database);
}

OwnedDatabase open_database(const SqliteOptions& options, Patience& patience) {
    const std::string& path = options.path;
    if (!is_in_memory(options)) {
        check_path(options);
    }
    OwnedDatabase database = open_as_asked(options);
    if (would_get_a_log(options, database.get())) {
        database = open_immutable(options);
    }
    sqlite3_busy_handler(database.get(), busy_handler, &patience);
    try {
        // The first read: tells a database from another file, and finds out whether the folder can
        // be used.
        pragma(database.get(), patience, path, "PRAGMA schema_version");
    } catch (const Error& error) {
        // In WAL mode even readers write into the folder. Nobody can have written since when there
        // is no log, and no journal by which what is half written is to be undone.
        const bool folder_is_read_only = (error.code() == std::to_string(SQLITE_CANTOPEN) ||
                                          error.kind() == ErrorKind::read_only) &&
                                         !find_unwritable(options).empty();
        if (!folder_is_read_only || has_beside(path, "-wal") || has_beside(path, "-journal")) {
            throw;
        }
        database = open_immutable(options);
        sqlite3_busy_handler(database.get(), busy_handler, &patience);
        pragma(database.get(), patience, path, "PRAGMA schema_version");
    }
    use_write_ahead_log(database.get(), patience, path);
    pragma(database.get(), patience, path, "PRAGMA synchronous = FULL");
    pragma(database.get(), patience, path, "PRAGMA foreign_keys = ON");
    if (!options.init_command.empty()) {
        const int code =
            sqlite3_exec(database.get(), options.init_command.c_str(), nullptr, nullptr, nullptr);
        if (code != SQLITE_OK) {
            throw last_error(database.get(), code, "init_command");
        }
        if (sqlite3_get_autocommit(database.get()) == 0) {
            throw Error(ErrorKind::other, "init_command", {}, "it leaves a transaction open");
        }
    }
    return database;
}

} // namespace drf_messages::sql::sqlite
