// SPDX-License-Identifier: MIT
#include "cli/client_commands.hpp"
#include "cli/commands.hpp"
#include "cli/content_text.hpp"
#include "cli/database_copy.hpp"
#include "cli/replacement.hpp"
#include "cli/temporary_file.hpp"
#include "embed/databases/database.hpp"
#include "embed/databases/file_obstacles.hpp"
#include "embed/databases/sqlite_options.hpp"
#include "model/database_vendor.hpp"
#include "schema/feed.hpp"
#include "schema/feed_status.hpp"
#include "schema/migrations.hpp"
#include "sql/error.hpp"
#include "sql/sqlite/error.hpp"
#include "sql/sqlite/file_copy.hpp"
#include "sql/sqlite/file_users.hpp"
#include "sql/sqlite/known_file.hpp"
#include "store/feed_upkeep.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <istream>
#include <ostream>
#include <system_error>

namespace drf_messages::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view from_input = "-";
constexpr std::chrono::seconds longest_wait{2};

/// A backup, and the database whose place it takes.
class Restoration {
public:
    Restoration(Context& context, const std::string& source)
        : context_(context), settings_(context.settings), source_(source),
          source_name_(source == from_input ? "standard input" : source),
          database_(embed::sqlite_options(settings_, {})) {
        database_.busy_timeout = longest_wait;
        // A link stays, and leads to the new file.
        std::error_code missing;
        const fs::path path = fs::canonical(database_.path, missing);
        path_ = missing ? fs::absolute(database_.path).string() : path.string();
        has_old_ = !missing;
    }

    int run(bool ask_nothing);

private:
    std::string name() const { return "database " + settings_.database.name; }

    void require_replaceable() const;
    void require_unused() const;
    void fetch(const TemporaryFile& file) const;
    void fetch_input(const TemporaryFile& file) const;
    std::string prepare(const TemporaryFile& file);
    void give_to_owner(const TemporaryFile& file) const;
    std::string old_content() const;
    bool is_confirmed(const std::string& old, const std::string& now) const;

    Context& context_;
    const Settings& settings_;
    const std::string& source_;
    const std::string source_name_;
    sql::SqliteOptions database_;
    std::string path_;
    bool has_old_ = false;
    bool is_up_to_date_ = true;
};

Failure another_application(const std::string& what) {
    return Failure(fmt::format("{} belongs to another application", what));
}

void Restoration::require_replaceable() const {
    if (source_ != from_input) {
        std::error_code error;
        if (!fs::exists(source_, error)) {
            throw system_failure(source_, error ? error.value() : ENOENT);
        }
        if (!fs::is_regular_file(source_, error)) {
            throw Failure(fmt::format(
                "{} is no file; what comes from elsewhere is passed by standard input, as -",
                source_
            ));
        }
        if (has_old_ && fs::equivalent(source_, path_, error)) {
            throw Failure(fmt::format("{} is the database itself", source_));
        }
    }
    if (database_.read_only || has_old_) {
        if (const auto obstacles = embed::file_obstacles(settings_); !obstacles.empty()) {
            throw Failure(obstacles.front().advice);
        }
    }
}

void Restoration::require_unused() const {
    if (const auto user = sql::find_file_user(path_)) {
        throw Failure(fmt::format(
            "{} is in use by {}; stop it first",
            name(),
            user->process == 0 ? "another process, perhaps in another container"
                               : fmt::format("{} (process {})", user->name, user->process)
        ));
    }
}

void Restoration::fetch_input(const TemporaryFile& file) const {
    std::array<char, 1 << 16> buffer{};
    std::istream& in = context_.world.in;
    do {
        in.read(buffer.data(), buffer.size());
        std::string_view left(buffer.data(), static_cast<std::size_t>(in.gcount()));
        while (!left.empty()) {
            const ssize_t written = ::write(file.descriptor(), left.data(), left.size());
            if (written < 0) {
                throw system_failure(file.path(), errno);
            }
            left.remove_prefix(static_cast<std::size_t>(written));
        }
    } while (in);
}

/// With what a log beside the backup has, as one that was copied by hand.
void Restoration::fetch(const TemporaryFile& file) const {
    if (source_ == from_input) {
        return fetch_input(file);
    }
    sql::SqliteOptions backup;
    backup.path = fs::absolute(source_).string();
    backup.read_only = true;
    if (!fs::exists(sql::sqlite::beside(backup.path, "-wal")) &&
        !sql::find_file_user(backup.path)) {
        backup.uri_parameters = "immutable=1"; // or a log may be made beside it, and stay there
    }
    try {
        copy_database(context_, backup, file, file.path());
    } catch (const sql::Error& error) {
        throw Failure(fmt::format(
            "{}{}: {}",
            source_name_,
            sql::sqlite::is_unreadable_file(error) ? " is no SQLite database, or only a part of one"
                                                   : "",
            error.what()
        ));
    }
}

/// Makes it what the server is to find; returns what is in it.
std::string Restoration::prepare(const TemporaryFile& file) {
    if (const auto damage = sql::find_damage(file.path())) {
        throw Failure(fmt::format("{} is damaged: {}", source_name_, *damage));
    }
    const auto connection = open_other_file(settings_, file.path(), OpenFor::writing);
    switch (schema::inspect(*connection)) {
    case schema::State::foreign:
        throw another_application(source_name_);
    case schema::State::empty:
        throw Failure(fmt::format("{} is an empty database", source_name_));
    case schema::State::newer:
        throw Failure(fmt::format(
            "{} was migrated by a newer drf-messages; this is " DRF_MESSAGES_VERSION, source_name_
        ));
    case schema::State::needs_migration:
        is_up_to_date_ = false;
        break;
    case schema::State::ready:
        break;
    }
    // Clients have states that were reached after the backup.
    if (schema::has_part_of_feed(*connection)) {
        if (const auto status = schema::feed_status(*connection)) {
            store::begin_epoch(*connection, status->epoch);
        }
    }
    return content_text(settings_, *connection);
}

/// What it was before may be another user's: root restores, the server runs as somebody else.
void Restoration::give_to_owner(const TemporaryFile& file) const {
    struct stat status {};
    const std::string like = has_old_ ? path_ : folder_of(path_);
    if (::stat(like.c_str(), &status) != 0 ||
        (::fchown(file.descriptor(), status.st_uid, status.st_gid) != 0 && ::geteuid() == 0) ||
        (has_old_ && ::fchmod(file.descriptor(), status.st_mode & 07777) != 0)) {
        throw system_failure(file.path(), errno);
    }
}

std::string Restoration::old_content() const {
    try {
        const auto connection = embed::database_connections(settings_, {})();
        if (schema::inspect(*connection) == schema::State::foreign) {
            throw another_application(name());
        }
        return content_text(settings_, *connection);
    } catch (const sql::Error& error) {
        return fmt::format("cannot be read ({})", error.what());
    }
}

bool Restoration::is_confirmed(const std::string& old, const std::string& now) const {
    if (!context_.world.ask || source_ == from_input) {
        throw Failure(fmt::format(
            "restore would replace {} ({}) by {} ({}); say --yes", name(), old, source_name_, now
        ));
    }
    context_.world.out << std::flush;
    const auto answer =
        context_.world.ask("Replace the database? What is there is kept beside it. [y/N] ");
    return answer == "y" || answer == "Y" || answer == "yes";
}

int Restoration::run(bool ask_nothing) {
    require_replaceable();
    require_unused();
    TemporaryFile file(path_ + ".restoring");
    fetch(file);
    const std::string now = prepare(file);
    give_to_owner(file);
    file.sync();
    std::ostream& out = context_.world.out;
    std::string kept;
    if (has_old_) {
        const std::string old = old_content();
        if (ask_nothing || context_.world.ask) {
            out << fmt::format("{}: {}.\n{}: {}.\n", name(), old, source_name_, now);
        }
        if (!ask_nothing && !is_confirmed(old, now)) {
            throw Failure("nothing was changed");
        }
        require_unused();
        kept = replace_database(database_, path_, file);
    } else if (!make_database(path_, file)) {
        throw Failure(fmt::format("{} has just been made; nothing was changed", name()));
    }
    out << fmt::format("Restored {} from {}", name(), source_name_)
        << (kept.empty() ? fmt::format(": {}.\n", now)
                         : fmt::format(". What was there is kept as {}.\n", kept));
    if (!is_up_to_date_) {
        out << "Bring it up to date with: " << migrate_command(context_) << '\n';
    }
    return 0;
}

} // namespace

int restore(Context& context, const RestoreArguments& arguments) {
    if (arguments.file.empty()) {
        throw Failure("the file's name is empty");
    }
    if (database_vendor(context.settings.database.engine) != DatabaseVendor::sqlite) {
        return print_restore_commands(context, arguments);
    }
    if (arguments.print) {
        throw Failure("--print is for PostgreSQL and MariaDB; on SQLite this command restores the "
                      "database itself");
    }
    if (const auto problem = memory_problem(context)) {
        throw Failure(*problem);
    }
    return Restoration(context, arguments.file).run(arguments.yes);
}

} // namespace drf_messages::cli
