// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/message_changes.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace drf_messages::cli {

struct ServeArguments {
    std::vector<std::string> bind; ///< instead of SERVER.BIND, unless empty
    std::optional<std::size_t> workers;
    bool migrate = false; ///< first
};

struct HealthArguments {
    std::string bind;   ///< where the server listens, instead of SERVER.BIND; empty: there
    double timeout = 5; ///< seconds
};

struct MigrateArguments {
    std::string app; ///< empty: all
    bool plan = false;
};

struct CreateUserArguments {
    std::string name;
    std::string email;
    bool is_staff = false;
    bool is_superuser = false;
    bool password_stdin = false;
    bool no_input = false;
};

struct ChangePasswordArguments {
    std::string name;
    bool password_stdin = false;
};

struct TokenArguments {
    std::string name;
    bool reset = false;
};

struct SendArguments {
    std::vector<std::string> to;
    std::string level = "info";
    std::vector<std::string> tags;
    std::string text; ///< "-": from standard input
};

struct ListArguments {
    std::string name;
    bool unread = false;
    bool json = false;
};

/// One of the three says which messages.
struct MarkArguments {
    std::string name;
    bool all = false;                 ///< all are read
    std::vector<std::int64_t> read;   ///< ids
    std::vector<std::int64_t> unread; ///< ids of those that become unread again
};

struct ChangesArguments {
    std::string name;
    std::string since; ///< a state; empty: only where the user stands
    std::size_t limit = usual_changes;
};

struct WatchArguments {
    std::string name;
    std::string since; ///< a state; empty: from now on
};

struct ClearSessionsArguments {
    std::int64_t batch = 0;
};

struct PruneArguments {
    bool read = false;
    std::string older_than; ///< "30d"; empty: of any age
    std::int64_t batch = 0;
    bool dry_run = false;
};

struct LiveArguments {
    std::string action; ///< on, off, status or reset; empty: status, or on with `sql`
    bool sql = false;   ///< only print what an administrator would run
};

struct BackupArguments {
    std::string file;   ///< "-": standard output
    bool print = false; ///< only print what copies a database on a server
};

struct RestoreArguments {
    std::string file;   ///< "-": standard input
    bool print = false; ///< only print what restores a database on a server
    bool yes = false;   ///< ask nothing
};

struct CheckArguments {
    std::string session; ///< a session key, "-" for standard input; empty: none
};

struct SchemaArguments {
    std::string format = "json";
};

struct SettingsArguments {
    bool reference = false;
    bool sample = false;
};

/// What was asked for.
struct Arguments {
    std::optional<std::string> settings; ///< --settings
    std::variant<
        CheckArguments,
        ServeArguments,
        HealthArguments,
        MigrateArguments,
        CreateUserArguments,
        ChangePasswordArguments,
        TokenArguments,
        SendArguments,
        ListArguments,
        MarkArguments,
        ChangesArguments,
        WatchArguments,
        ClearSessionsArguments,
        PruneArguments,
        LiveArguments,
        BackupArguments,
        RestoreArguments,
        SchemaArguments,
        SettingsArguments>
        command;
};

/// Nothing is left to do: help or version was shown (status 0), or the arguments make no sense
/// (status 2).
struct Finished {
    int status = 0;
    std::string text;
};

/// - arguments: without the program's name.
std::variant<Arguments, Finished> parse_arguments(const std::vector<std::string>& arguments);

} // namespace drf_messages::cli
