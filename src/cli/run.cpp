// SPDX-License-Identifier: MIT
#include "cli/run.hpp"

#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/one_line.hpp"
#include "embed/known_classes.hpp"
#include "sql/error.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <exception>
#include <filesystem>
#include <ostream>
#include <system_error>
#include <utility>

namespace drf_messages::cli {
namespace {

constexpr const char* default_settings_file = "settings.toml";

std::optional<std::string> settings_file(const Arguments& arguments, const World& world) {
    if (arguments.settings) {
        return arguments.settings;
    }
    if (const auto at = world.environment.find("DRF_MESSAGES_SETTINGS");
        at != world.environment.end() && !at->second.empty()) {
        return at->second;
    }
    std::error_code ignored;
    if (std::filesystem::exists(default_settings_file, ignored)) {
        return default_settings_file;
    }
    return std::nullopt;
}

struct Dispatch {
    Context& context;
    int operator()(const CheckArguments& arguments) const { return check(context, arguments); }
    int operator()(const HealthArguments& arguments) const { return health(context, arguments); }
    int operator()(const ServeArguments& arguments) const { return serve(context, arguments); }
    int operator()(const MigrateArguments& arguments) const { return migrate(context, arguments); }
    int operator()(const CreateUserArguments& arguments) const {
        return create_user(context, arguments);
    }
    int operator()(const ChangePasswordArguments& arguments) const {
        return change_password(context, arguments);
    }
    int operator()(const TokenArguments& arguments) const {
        return create_token(context, arguments);
    }
    int operator()(const SendArguments& arguments) const { return send(context, arguments); }
    int operator()(const ListArguments& arguments) const { return list(context, arguments); }
    int operator()(const MarkArguments& arguments) const { return mark(context, arguments); }
    int operator()(const ChangesArguments& arguments) const { return changes(context, arguments); }
    int operator()(const WatchArguments& arguments) const { return watch(context, arguments); }
    int operator()(const ClearSessionsArguments& arguments) const {
        return clear_sessions(context, arguments);
    }
    int operator()(const PruneArguments& arguments) const { return prune(context, arguments); }
    int operator()(const LiveArguments& arguments) const { return live(context, arguments); }
    int operator()(const BackupArguments& arguments) const { return backup(context, arguments); }
    int operator()(const RestoreArguments& arguments) const { return restore(context, arguments); }
    int operator()(const SchemaArguments& arguments) const { return schema(context, arguments); }
    int operator()(const SettingsArguments& arguments) const {
        return print_settings(context, arguments);
    }
};

int run_command(const Arguments& arguments, World& world) {
    const auto file = settings_file(arguments, world);
    std::optional<Settings> settings;
    try {
        settings = config::load(file, world.environment, embed::known_classes());
    } catch (const config::SettingsError& error) {
        for (const auto& problem : error.problems()) {
            world.err << "drf-messages: " << one_line(problem.where + ": " + problem.what) << '\n';
        }
        return 1;
    }
    auto state = config::state_folder(world.environment);
    if (state && settings->database.name == state->database()) {
        ::umask(S_IRWXG | S_IRWXO); // what is made there is nobody else's to read
    } else {
        state.reset();
    }
    Context context{world, *settings, file, std::move(state)};
    try {
        const int status = std::visit(Dispatch{context}, arguments.command);
        world.out.flush();
        if (!world.out) {
            throw Failure("standard output cannot be written");
        }
        return status;
    } catch (const sql::Error& error) {
        world.err << "drf-messages: "
                  << one_line("database " + settings->database.name + ": " + error.what()) << '\n';
    } catch (const std::exception& error) {
        world.err << "drf-messages: " << one_line(error.what()) << '\n';
    }
    return 1;
}

} // namespace

Failure system_failure(std::string_view name, int error) {
    return Failure(fmt::format("{}: {}", name, std::generic_category().message(error)));
}

int run(const std::vector<std::string>& arguments, World& world) {
    const auto parsed = parse_arguments(arguments);
    if (const auto* finished = std::get_if<Finished>(&parsed)) {
        auto& stream = finished->status == 0 ? world.out : world.err;
        stream << finished->text << std::flush;
        return stream ? finished->status : 1;
    }
    return run_command(std::get<Arguments>(parsed), world);
}

} // namespace drf_messages::cli
