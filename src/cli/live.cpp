// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "embed/databases/database.hpp"
#include "embed/obstacles.hpp"
#include "model/feed_use.hpp"
#include "schema/feed.hpp"
#include "schema/feed_status.hpp"
#include "schema/migration_lock.hpp"
#include "sql/error.hpp"
#include "store/feed_upkeep.hpp"
#include "text/plural.hpp"

#include <fmt/format.h>

#include <chrono>
#include <ostream>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::cli {
namespace {

using std::chrono::milliseconds;

/// MariaDB's, where it has a binary log and the account is no administrator's.
constexpr std::string_view only_super_makes_triggers = "1419";

std::string command(const Context& context, std::string_view words) {
    return fmt::format("drf-messages live {}{}", words, settings_option(context));
}

std::string names(const std::vector<std::string>& all) {
    return fmt::format("{}", fmt::join(all, ", "));
}

/// "MESSAGES_EXTENSIONS has sync, stream, which need"
std::string what_needs_feed(const MessagesExtensions& extensions) {
    std::vector<std::string> all;
    for (const auto& [is_there, name] :
         {std::pair(extensions.sync, "sync"),
          std::pair(extensions.stream, "stream"),
          std::pair(extensions.conditional, "conditional")}) {
        if (is_there) {
            all.emplace_back(name);
        }
    }
    return fmt::format(
        "MESSAGES_EXTENSIONS has {}, which need{}", names(all), all.size() == 1 ? "s" : ""
    );
}

/// What to do where the database refuses `action`.
std::string advice(const Context& context, std::string_view action, const sql::Error& error) {
    const std::string script = command(context, fmt::format("{} --sql", action));
    if (error.code() == only_super_makes_triggers) {
        return fmt::format(
            "the server has a binary log, and so lets only administrators make triggers: let one "
            "run what `{}` prints, or set log_bin_trust_function_creators = 1 and run this again",
            script
        );
    }
    switch (error.kind()) {
    case sql::ErrorKind::denied:
        return fmt::format("{}; let an administrator run what `{}` prints", error.what(), script);
    case sql::ErrorKind::busy:
    case sql::ErrorKind::timed_out:
        return fmt::format(
            "others keep Django's tables of messages locked; run this again when they have ended "
            "({})",
            error.what()
        );
    default:
        return error.what();
    }
}

/// Does it while no other process does the same.
template<class Change>
bool change_feed(const Context& context, std::string_view action, Change change) {
    const sql::ConnectionFactory open = embed::database_connections(context.settings, {});
    try {
        const schema::MigrationLock lock(open);
        return change(*open());
    } catch (const sql::Error& error) {
        throw Failure(advice(context, action, error));
    }
}

void require_writable(const Context& context, sql::Connection& connection) {
    const auto obstacles =
        embed::find_obstacles(context.settings, connection, embed::Work::requests);
    if (!obstacles.empty()) {
        throw Failure(obstacles.front().advice);
    }
}

int turn_on(Context& context, sql::Connection& connection) {
    require_writable(context, connection);
    const bool made = change_feed(context, "on", schema::install_feed);
    context.world.out << (made ? "The feed is on.\n" : "The feed is on already.\n");
    if (!use_feed(context.settings.messages_extensions)) {
        context.world.out << "Nothing uses it yet: MESSAGES_EXTENSIONS names none of sync, stream "
                             "and conditional.\n";
    }
    return 0;
}

int turn_off(Context& context, sql::Connection& connection) {
    require_writable(context, connection);
    const bool removed = change_feed(context, "off", schema::remove_feed);
    context.world.out
        << (removed ? "The feed is off: its triggers and tables are gone.\n"
                    : "The feed is off already.\n");
    if (context.settings.messages_extensions.need_feed()) {
        context.world.out << "MESSAGES_EXTENSIONS still needs it: `serve` does not start before "
                             "sync and stream are out of it.\n";
    }
    return 0;
}

std::string duration(milliseconds length) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(length).count();
    constexpr std::int64_t minute = 60;
    constexpr std::int64_t hour = 60 * minute;
    constexpr std::int64_t day = 24 * hour;
    return seconds >= 2 * day    ? fmt::format("{} days", seconds / day)
           : seconds >= 2 * hour ? fmt::format("{} hours", seconds / hour)
           : seconds >= 2 * minute
               ? fmt::format("{} minutes", seconds / minute)
               : fmt::format("{:.1f} s", static_cast<double>(length.count()) / 1000);
}

std::string changes(std::int64_t count, std::string_view since, milliseconds oldest) {
    return count == 0 ? "no changes"
                      : fmt::format(
                            "{} change{}, the oldest {}{}",
                            count,
                            text::plural(count),
                            since,
                            duration(oldest)
                        );
}

/// On SQLite each server follows the file by itself.
void show(std::ostream& out, const schema::FeedStatus& status, sql::Dialect dialect) {
    constexpr double kibibyte = 1024;
    out << fmt::format("epoch      {}\nposition   {}\n", status.epoch, status.position)
        << "waiting    " << changes(status.waiting, "for ", status.oldest_waiting) << '\n'
        << "kept       " << changes(status.kept, "of an age of ", status.oldest_kept);
    if (status.bytes) {
        out << fmt::format("; {:.0f} KiB", static_cast<double>(*status.bytes) / kibibyte);
    }
    out << '\n';
    if (dialect != sql::Dialect::sqlite) {
        out
            << (status.holder.empty() ? "followed   by no server\n"
                                      : fmt::format(
                                            "followed   by {}, for another {}\n",
                                            status.holder,
                                            duration(status.held_for)
                                        ));
    }
}

int show_status(Context& context, sql::Connection& connection) {
    std::ostream& out = context.world.out;
    const MessagesExtensions& extensions = context.settings.messages_extensions;
    if (!schema::has_part_of_feed(connection)) {
        out << "The feed is off.\n";
        if (use_feed(extensions)) {
            out << what_needs_feed(extensions) << " it; turn it on with: " << command(context, "on")
                << '\n';
        }
        return extensions.need_feed() ? 1 : 0;
    }
    const auto missing = schema::missing_of_feed(connection);
    if (!missing.empty()) {
        out << fmt::format(
            "The feed lacks {}; make it whole with: {}\n", names(missing), command(context, "on")
        );
        return 1;
    }
    out << "The feed is on.\n";
    if (const auto status = schema::feed_status(connection)) {
        show(out, *status, connection.dialect());
    }
    return 0;
}

int reset(Context& context, sql::Connection& connection) {
    const auto status = schema::missing_of_feed(connection).empty()
                            ? schema::feed_status(connection)
                            : std::nullopt;
    if (!status) {
        throw Failure(fmt::format("the feed is not on; turn it on with: {}", command(context, "on"))
        );
    }
    require_writable(context, connection);
    store::begin_epoch(connection, status->epoch);
    context.world.out << "The feed has a new epoch: every client lists its messages again.\n";
    return 0;
}

int print_sql(Context& context, const std::string& action, sql::Connection& connection) {
    if (action != "on" && action != "off") {
        throw Failure(fmt::format("--sql goes with on and off, not with {}", action));
    }
    context.world.out
        << (action == "on" ? schema::feed_sql(connection) : schema::feed_removal_sql(connection));
    return 0;
}

} // namespace

std::optional<std::string> feed_problem(const Context& context) {
    const Settings& settings = context.settings;
    if (!use_feed(settings.messages_extensions)) {
        return std::nullopt;
    }
    try {
        const auto connection = embed::database_connections(settings, {})();
        const auto missing = schema::missing_of_feed(*connection);
        if (missing.empty()) {
            return embed::feed_obstacle(settings, *connection);
        }
        return fmt::format(
            "{} the feed of changes, but database {} {}; turn it on with: {}",
            what_needs_feed(settings.messages_extensions),
            settings.database.name,
            schema::has_part_of_feed(*connection) ? "lacks " + names(missing) : "has none",
            command(context, "on")
        );
    } catch (const sql::Error& error) {
        return embed::advice_about(settings, error.what());
    }
}

int live(Context& context, const LiveArguments& arguments) {
    if (const auto problem = database_problem(context)) {
        throw Failure(*problem);
    }
    const std::string action =
        arguments.action.empty() ? (arguments.sql ? "on" : "status") : arguments.action;
    const auto connection = embed::database_connections(context.settings, {})();
    if (arguments.sql) {
        return print_sql(context, action, *connection);
    }
    if (action == "on") {
        return turn_on(context, *connection);
    }
    if (action == "off") {
        return turn_off(context, *connection);
    }
    return action == "reset" ? reset(context, *connection) : show_status(context, *connection);
}

} // namespace drf_messages::cli
