// SPDX-License-Identifier: MIT
#pragma once

#include "cli/arguments.hpp"
#include "cli/run.hpp"
#include "config/state_folder.hpp"
#include "schema/migrations.hpp"
#include "sql/connection.hpp"

#include <drf_messages/ids.hpp>
#include <drf_messages/settings.hpp>
#include <drf_messages/site.hpp>

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace drf_messages::cli {

/// A command cannot do its work; the text becomes the one line on stderr.
class Failure : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// "NAME: No space left on device"
/// - name: of a file or folder.
/// - error: of errno.
Failure system_failure(std::string_view name, int error);

/// What every command is given.
struct Context {
    World& world;
    const Settings& settings;
    std::optional<std::string> settings_file;
    std::optional<config::StateFolder> state{}; ///< when the database is the one in it
};

// Each returns the exit status and throws Failure, sql::Error or std::invalid_argument.
int serve(Context& context, const ServeArguments& arguments);
int migrate(Context& context, const MigrateArguments& arguments);
int create_user(Context& context, const CreateUserArguments& arguments);
int change_password(Context& context, const ChangePasswordArguments& arguments);
int create_token(Context& context, const TokenArguments& arguments);
int send(Context& context, const SendArguments& arguments);
int list(Context& context, const ListArguments& arguments);
int mark(Context& context, const MarkArguments& arguments);
int changes(Context& context, const ChangesArguments& arguments);
int watch(Context& context, const WatchArguments& arguments);
int clear_sessions(Context& context, const ClearSessionsArguments& arguments);
int prune(Context& context, const PruneArguments& arguments);
int live(Context& context, const LiveArguments& arguments);
int backup(Context& context, const BackupArguments& arguments);
int restore(Context& context, const RestoreArguments& arguments);
int check(Context& context, const CheckArguments& arguments);
int health(Context& context, const HealthArguments& arguments);
int schema(Context& context, const SchemaArguments& arguments);
int print_settings(Context& context, const SettingsArguments& arguments);

// ---- what several of them need
/// What a command uses of its site.
enum class SiteUse {
    database,
    sessions ///< the place where they are kept too
};

/// The site of the settings for a command's work, with one connection to a database that is ours
/// and migrated; throws Failure with what to do otherwise. What is not used need not work.
Site ready_site(const Context& context, SiteUse use = SiteUse::database);
/// What to do where the database would be gone with the command; absent elsewhere.
std::optional<std::string> memory_problem(const Context& context);
/// Whether the database is a SQLite file that is not there yet.
bool lacks_database_file(const Settings& settings);
/// Which schema a command can work with.
enum class Wanted {
    present, ///< what this version makes
    any      ///< that of any version
};
/// Why the database cannot be used, with what to do; absent when it can.
std::optional<std::string>
database_problem(const Context& context, Wanted wanted = Wanted::present);
/// The same; throws sql::Error where the database cannot be asked.
std::optional<std::string>
reached_database_problem(const Context& context, Wanted wanted = Wanted::present);
/// What a database which is in order lacks of the feed that the settings use, or does not let its
/// account do with it, with what to do; absent when nothing. The site works without, unless
/// MessagesExtensions::need_feed().
std::optional<std::string> feed_problem(const Context& context);
/// That a database which is in order has no table of tokens, with what to do; absent when it has.
std::optional<std::string> token_table_problem(const Context& context);
/// So too of the admin's log.
std::optional<std::string> admin_table_problem(const Context& context);
/// What the database's account would have to be allowed before the tables can be looked at; absent
/// when it is.
std::optional<std::string> privileges_problem(const Context& context, sql::Connection& connection);
/// " --settings FILE" for a command line to copy, when there is such a file that is not the
/// default.
std::string settings_option(const Context& context);
/// What brings the tables up to date: Django makes and changes those of its site.
std::string migrate_command(const Context& context);

/// Brings the database up to date as `migrate` does, and refuses what that refuses; beside Django
/// also an empty one, where the site itself has to come first.
/// - progress: called before each migration, and with null before others that are at it are waited
///   for; not where nothing is to do.
void migrate_before_serving(
    const Context& context, const std::function<void(const schema::Migration*)>& progress
);

/// Throws Failure when there is no user of that name.
UserId find_user(Site& site, const std::string& name);
/// A new password: the first line of standard input, or asked for twice. Throws Failure when they
/// differ, or it is empty.
std::string new_password(World& world, bool from_stdin);

} // namespace drf_messages::cli
