// SPDX-License-Identifier: MIT
#include "sql/sqlite/copying.hpp"

#include "sql/sqlite/error.hpp"
#include "sql/sqlite/statements.hpp"

#include <fcntl.h>
#include <sqlite3.h>

#include <cerrno>
#include <system_error>

namespace drf_messages::sql::sqlite {

void run_to_copy(sqlite3* database, const char* text) {
    const int code = sqlite3_exec(database, text, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        throw last_error(database, code, copy_name);
    }
}

std::string first_text(sqlite3* database, const char* text) {
    sqlite3_stmt* prepared = nullptr;
    int code = sqlite3_prepare_v2(database, text, -1, &prepared, nullptr);
    const OwnedStatement statement(prepared);
    code = code == SQLITE_OK ? sqlite3_step(prepared) : code;
    if (code != SQLITE_ROW) {
        throw last_error(database, code, copy_name);
    }
    return reinterpret_cast<const char*>(sqlite3_column_text(prepared, 0));
}

Error write_error(int system_error) {
    return Error(
        system_error == ENOSPC ? ErrorKind::full : ErrorKind::other,
        copy_name,
        {},
        std::generic_category().message(system_error)
    );
}

void push_to_disk(int descriptor) noexcept {
    // What fails here fails again when the whole file is synced.
    static_cast<void>(::sync_file_range(
        descriptor,
        0,
        0,
        SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER
    ));
}

} // namespace drf_messages::sql::sqlite
