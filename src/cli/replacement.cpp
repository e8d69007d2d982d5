// SPDX-License-Identifier: MIT
#include "cli/replacement.hpp"

#include "cli/commands.hpp"
#include "sql/sqlite/file_users.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

namespace drf_messages::cli {
namespace {

/// What SQLite takes for a part of the file that it stands beside.
constexpr std::array<const char*, 2> parts = {"-wal", "-journal"};

bool is_there(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0;
}

/// A name beside it that nothing has, nor a part of it.
std::string free_name(const std::string& path) {
    for (int number = 1;; ++number) {
        std::string name = path + ".replaced" + (number == 1 ? "" : fmt::format("-{}", number));
        if (!is_there(name) && std::none_of(parts.begin(), parts.end(), [&](const char* part) {
                return is_there(name + part);
            })) {
            return name;
        }
    }
}

void put_parts_aside(const std::string& path, const std::string& kept) {
    for (const char* const part : parts) {
        const std::string from = path + part;
        const std::string to = kept + part;
        if (::rename(from.c_str(), to.c_str()) != 0 && errno != ENOENT) {
            throw system_failure(to, errno);
        }
    }
    ::unlink((path + "-shm").c_str()); // the log's index, which is made anew
}

} // namespace

std::string
replace_database(const sql::SqliteOptions& database, const std::string& path, TemporaryFile& file) {
    const sql::SoleUse alone(database);
    std::string kept = free_name(path);
    // A second name first, so that the path leads to a file at every moment.
    if (::link(path.c_str(), kept.c_str()) != 0) {
        throw system_failure(kept, errno);
    }
    put_parts_aside(path, kept);
    file.replace(path);
    return kept;
}

bool make_database(const std::string& path, TemporaryFile& file) {
    put_parts_aside(path, free_name(path));
    return file.become(path);
}

} // namespace drf_messages::cli
