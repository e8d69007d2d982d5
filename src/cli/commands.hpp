// SPDX-License-Identifier: MIT
#pragma once

#include "cli/arguments.hpp"
#include "cli/run.hpp"
#include "model/user.hpp"
#include "sql/connection.hpp"
#include "store/user_store.hpp"

#include <drf_messages/settings.hpp>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace drf_messages::cli {

/// A command cannot do its work; the text becomes the one line on stderr.
class Failure : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// What every command is given.
struct Context {
    World& world;
    const Settings& settings;
    std::optional<std::string> settings_file;
};

// Each returns the exit status and throws Failure, sql::Error or std::invalid_argument.
int serve(Context& context, const ServeArguments& arguments);
int migrate(Context& context, const MigrateArguments& arguments);
int create_user(Context& context, const CreateUserArguments& arguments);
int change_password(Context& context, const ChangePasswordArguments& arguments);
int create_token(Context& context, const TokenArguments& arguments);
int send(Context& context, const SendArguments& arguments);
int list(Context& context, const ListArguments& arguments);
int clear_sessions(Context& context, const ClearSessionsArguments& arguments);
int prune(Context& context, const PruneArguments& arguments);
int check(Context& context, const CheckArguments& arguments);
int print_settings(Context& context, const SettingsArguments& arguments);

// ---- what several of them need
/// A connection to the database, once it is sure to be ours and migrated; throws Failure with what
/// to do otherwise.
std::unique_ptr<sql::Connection> open_ready_database(const Context& context);
/// What to do where the database would be gone with the command; absent elsewhere.
std::optional<std::string> memory_problem(const Context& context);
/// Why the database cannot be used, with what to do; absent when it can.
std::optional<std::string> database_problem(const Context& context);
/// " --settings FILE" for a command line to copy, when there is such a file that is not the
/// default.
std::string settings_option(const Context& context);

/// The users of AUTH_USER_MODEL. Throws std::invalid_argument where the database has no such table.
store::UserStore open_users(const Context& context, sql::Connection& connection);
/// Throws Failure when there is no user of that name.
User find_user(const store::UserStore& users, sql::Connection& connection, const std::string& name);
/// A new password: the first line of standard input, or asked for twice. Throws Failure when they
/// differ, or it is empty.
std::string new_password(World& world, bool from_stdin);

} // namespace drf_messages::cli
