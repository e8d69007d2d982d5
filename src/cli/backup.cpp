// SPDX-License-Identifier: MIT
#include "cli/client_commands.hpp"
#include "cli/commands.hpp"
#include "cli/content_text.hpp"
#include "cli/database_copy.hpp"
#include "cli/temporary_file.hpp"
#include "embed/databases/database.hpp"
#include "embed/databases/sqlite_options.hpp"
#include "model/database_vendor.hpp"
#include "sql/sqlite/file_copy.hpp"
#include "sql/sqlite/known_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ostream>
#include <string_view>
#include <system_error>

namespace drf_messages::cli {
namespace {

constexpr std::string_view to_output = "-";

Failure name_is_taken(const std::string& file) {
    return Failure(fmt::format("{} exists already; a backup takes no other file's place", file));
}

/// A file of such a name is SQLite's, which deletes it or takes what is in it for a database's.
void require_name_of_its_own(const std::string& file) {
    for (const std::string_view part : sql::sqlite::parts_of_file) {
        if (file.ends_with(part)) {
            throw Failure(fmt::format(
                "{}: what ends in {} is to SQLite a part of the database beside it; choose another "
                "name",
                file,
                part
            ));
        }
    }
}

void require_free_name(const std::string& file) {
    struct stat status {};
    if (::lstat(file.c_str(), &status) != 0) {
        return;
    }
    throw S_ISDIR(status.st_mode)
        ? Failure(fmt::format("{} is a folder; name a file in it that is not there yet", file))
        : name_is_taken(file);
}

/// Where a copy waits that is to be written to standard output once it is checked.
std::string waiting_place(const Context& context, const sql::SqliteOptions& database) {
    const auto folder = context.world.environment.find("TMPDIR");
    return folder != context.world.environment.end() && !folder->second.empty()
               ? folder->second + "/drf-messages-backup"
               : database.path + ".backup";
}

/// - target: how the copy is called.
void copy(
    const Context& context,
    const sql::SqliteOptions& database,
    const TemporaryFile& file,
    const std::string& target
) {
    const std::string& name = context.settings.database.name;
    copy_database(context, database, file, target);
    if (const auto damage = sql::find_damage(file.path())) {
        throw Failure(fmt::format("database {} is damaged: {}; no backup was made", name, *damage));
    }
    file.sync();
}

void write_out(std::ostream& out, int descriptor) {
    std::array<char, 1 << 16> buffer{};
    for (off_t at = 0; out;) {
        const ssize_t length = ::pread(descriptor, buffer.data(), buffer.size(), at);
        if (length < 0) {
            throw Failure(
                fmt::format("the copy cannot be read: {}", std::generic_category().message(errno))
            );
        }
        if (length == 0) {
            return;
        }
        out.write(buffer.data(), length);
        at += length;
    }
}

std::string size_text(int descriptor) {
    struct stat status {};
    ::fstat(descriptor, &status);
    constexpr double megabyte = 1'000'000;
    return fmt::format("{:.1f} MB", static_cast<double>(status.st_size) / megabyte);
}

/// What the copy holds, whatever is in the database by now.
std::string content_of_copy(const Context& context, const std::string& path) {
    return content_text(
        context.settings, *open_other_file(context.settings, path, OpenFor::reading)
    );
}

int copy_to_output(const Context& context, const sql::SqliteOptions& database) {
    if (context.world.out_is_terminal) {
        throw Failure("standard output is a terminal; name a file, or pass the copy on: "
                      "drf-messages backup - | ...");
    }
    TemporaryFile file(waiting_place(context, database));
    copy(context, database, file, file.path());
    file.hide();
    write_out(context.world.out, file.descriptor());
    return 0;
}

int copy_to_file(
    const Context& context, const sql::SqliteOptions& database, const std::string& target
) {
    require_free_name(target);
    require_name_of_its_own(target);
    TemporaryFile file(target);
    copy(context, database, file, target);
    const std::string content = content_of_copy(context, file.path());
    const std::string size = size_text(file.descriptor());
    if (!file.become(target)) {
        throw name_is_taken(target);
    }
    context.world.out << fmt::format(
        "Copied database {} to {}: {}; {}, checked.\n",
        context.settings.database.name,
        target,
        content,
        size
    );
    return 0;
}

} // namespace

int backup(Context& context, const BackupArguments& arguments) {
    if (const auto problem = database_problem(context, Wanted::any)) {
        throw Failure(*problem);
    }
    if (arguments.file.empty()) {
        throw Failure("the file's name is empty");
    }
    if (database_vendor(context.settings.database.engine) != DatabaseVendor::sqlite) {
        return print_backup_commands(context, arguments);
    }
    if (arguments.print) {
        throw Failure("--print is for PostgreSQL and MariaDB; on SQLite this command copies the "
                      "database itself");
    }
    const sql::SqliteOptions database = embed::sqlite_options(context.settings, {});
    return arguments.file == to_output ? copy_to_output(context, database)
                                       : copy_to_file(context, database, arguments.file);
}

} // namespace drf_messages::cli
