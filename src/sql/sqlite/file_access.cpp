// SPDX-License-Identifier: MIT
#include "sql/sqlite/file_access.hpp"

#include "sql/sqlite/known_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace drf_messages::sql {
namespace {

void ask(
    std::vector<Unwritable>& found, Unwritable::Kind kind, const std::string& path, int rights
) {
    if (::faccessat(AT_FDCWD, path.c_str(), rights, AT_EACCESS) != 0 && errno != ENOENT) {
        found.push_back({kind, path, errno});
    }
}

bool exists(const std::string& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
}

} // namespace

std::string file_number(const SqliteOptions& options) {
    const auto identity = sqlite::identity_of(options.path);
    return identity ? std::to_string(identity->device) + ":" + std::to_string(identity->number)
                    : std::string();
}

std::vector<Unwritable> find_unwritable(const SqliteOptions& options) {
    std::vector<Unwritable> found;
    std::error_code error;
    // SQLite's other files are beside the file itself, not beside a link to it.
    const auto path = std::filesystem::canonical(options.path, error);
    if (options.in_memory || error) {
        return found;
    }
    const std::string file = path.string();
    const std::string log = file + "-wal";
    const std::string index = file + "-shm";
    ask(found, Unwritable::Kind::file, file, W_OK);
    ask(found, Unwritable::Kind::log, log, R_OK | W_OK);
    ask(found, Unwritable::Kind::log, index, R_OK | W_OK);
    if (!exists(log) || !exists(index)) {
        ask(found, Unwritable::Kind::folder, path.parent_path().string(), W_OK | X_OK);
    }
    return found;
}

} // namespace drf_messages::sql
