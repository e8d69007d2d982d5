// SPDX-License-Identifier: MIT
#include "embed/databases/file_obstacles.hpp"

#include "embed/databases/sqlite_options.hpp"
#include "model/beside_django.hpp"
#include "model/database_vendor.hpp"
#include "sql/sqlite/file_access.hpp"
#include "text/shell_word.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <string_view>

namespace drf_messages::embed {
namespace {

using sql::Unwritable;

std::string user_name(uid_t user) {
    std::array<char, 4096> buffer{};
    struct passwd entry {};
    struct passwd* found = nullptr;
    ::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found);
    return found != nullptr ? std::string(found->pw_name) : fmt::format("{}", user);
}

/// Root's where that cannot be told.
uid_t owner_of(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? status.st_uid : 0;
}

/// - beside_django: Django writes it too, and would be locked out by another owner.
std::string
mending_command(const Unwritable& unwritable, const std::string& user, bool beside_django) {
    const std::string path = text::shell_word(unwritable.path);
    if (unwritable.error == EPERM) {
        return fmt::format("sudo chattr -i {}", path);
    }
    const uid_t owner = owner_of(unwritable.path);
    if (owner == ::geteuid()) {
        const bool folder = unwritable.kind == Unwritable::Kind::folder;
        return fmt::format("chmod {} {}", folder ? "u+rwx" : "u+rw", path);
    }
    if (beside_django) {
        return fmt::format(
            "User={} in the systemd unit, so that the server runs as its owner, or a group of both "
            "users that may write it (chgrp, chmod g+w), since Django writes it too",
            user_name(owner)
        );
    }
    const std::string command = fmt::format("sudo chown {} {}", text::shell_word(user), path);
    return owner == 0 ? command
                      : fmt::format(
                            "User={} in the systemd unit or, if no other program writes it, {}",
                            user_name(owner),
                            command
                        );
}

/// The words for each kind; {0}: the path, {1}: the user.
struct Words {
    std::string_view reason;
    std::string_view advice;
};

const Words& words_of(Unwritable::Kind kind) {
    static constexpr Words words[] = {
        {"the server's user may not write its file",
         "database {0} may not be written by this user ({1})"},
        {"the server's user may not write its log",
         "{0}, the database's log, may not be written by this user ({1})"},
        {"the server's user may make no file in its folder",
         "{0} may not be written by this user ({1}), and SQLite has its log there"},
    };
    return words[static_cast<std::size_t>(kind)];
}

Obstacle on_read_only_system(const std::string& path) {
    const std::string folder = std::filesystem::path(path).parent_path().string();
    return {
        "the database may only be read: its file system is read-only",
        fmt::format(
            "database {0} is on a file system that is read-only here; mend it with: "
            "ReadWritePaths={1} in the systemd unit, or sudo mount -o remount,rw of what is "
            "mounted there",
            path,
            folder
        )};
}

} // namespace

std::vector<Obstacle> file_obstacles(const Settings& settings) {
    if (database_vendor(settings.database.engine) != DatabaseVendor::sqlite) {
        return {};
    }
    const sql::SqliteOptions options = sqlite_options(settings, {});
    if (options.read_only) {
        return {
            {"the database may only be read: its NAME says so",
             fmt::format(
                 "database {} may only be read, since its name says mode=ro or immutable=1; take "
                 "that out of DATABASES.default.NAME",
                 settings.database.name
             )}};
    }
    std::vector<Obstacle> obstacles;
    const std::string user = user_name(::geteuid());
    for (const Unwritable& unwritable : sql::find_unwritable(options)) {
        if (unwritable.error == EROFS) {
            return {on_read_only_system(unwritable.path)};
        }
        const Words& words = words_of(unwritable.kind);
        obstacles.push_back(
            {fmt::format("the database may only be read: {}", words.reason),
             fmt::format(fmt::runtime(words.advice), unwritable.path, user) +
                 "; mend it with: " + mending_command(unwritable, user, is_beside_django(settings))}
        );
    }
    return obstacles;
}

} // namespace drf_messages::embed
