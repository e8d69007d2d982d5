// SPDX-License-Identifier: MIT
#include "cli/database_copy.hpp"

#include "cli/progress.hpp"
#include "sql/error.hpp"
#include "sql/sqlite/file_copy.hpp"

#include <cerrno>
#include <cstdint>

namespace drf_messages::cli {

void copy_database(
    const Context& context,
    const sql::SqliteOptions& from,
    const TemporaryFile& to,
    const std::string& name
) {
    try {
        Progress progress(context.world, "Copying pages");
        sql::copy_sqlite_file(
            from,
            {to.path(), to.descriptor()},
            [&](std::int64_t done, std::int64_t all) { progress.show(done, all); }
        );
    } catch (const sql::Error& error) {
        if (error.kind() == sql::ErrorKind::full) {
            throw system_failure(name, ENOSPC);
        }
        throw;
    }
}

} // namespace drf_messages::cli
