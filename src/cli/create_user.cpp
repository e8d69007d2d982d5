// SPDX-License-Identifier: MIT
#include "accounts/new_user.hpp"
#include "cli/commands.hpp"
#include "config/secret_file.hpp"
#include "embed/admin_use.hpp"
#include "store/user_table.hpp"

#include <drf_messages/errors.hpp>

#include <fmt/format.h>

#include <optional>
#include <ostream>
#include <string_view>
#include <utility>
#include <variant>

namespace drf_messages::cli {
namespace {

std::string password_of_file(const World& world) {
    constexpr std::string_view variable = "DRF_MESSAGES_SUPERUSER_PASSWORD_FILE";
    const auto at = world.environment.find(variable);
    if (at == world.environment.end() || at->second.empty()) {
        return {};
    }
    auto password = config::read_secret(at->second);
    if (const auto* const unreadable = std::get_if<config::Unreadable>(&password)) {
        throw Failure(fmt::format("{}: {} {}", variable, at->second, unreadable->why));
    }
    return std::get<std::string>(std::move(password));
}

std::optional<std::string> password_of_environment(const World& world) {
    if (std::string password = password_of_file(world); !password.empty()) {
        return password;
    }
    for (const char* name : {"DRF_MESSAGES_SUPERUSER_PASSWORD", "DJANGO_SUPERUSER_PASSWORD"}) {
        if (const auto at = world.environment.find(name);
            at != world.environment.end() && !at->second.empty()) {
            return at->second;
        }
    }
    return std::nullopt;
}

/// Empty: nobody can log in.
std::string password(Context& context, const CreateUserArguments& arguments) {
    return arguments.no_input && !arguments.password_stdin
               ? password_of_environment(context.world).value_or("")
               : new_password(context.world, arguments.password_stdin);
}

Failure name_is_taken(const std::string& name) {
    return Failure(fmt::format("there is a user \"{}\" already", name));
}

} // namespace

int create_user(Context& context, const CreateUserArguments& arguments) {
    const std::string name = accounts::new_user(arguments.name, arguments.email).username;
    if (!store::is_auth_user(context.settings)) {
        throw Failure(fmt::format(
            "createuser makes users of auth.User; what a user of {} needs only its own site knows: "
            "create it there, with manage.py createsuperuser",
            context.settings.auth_user_model
        ));
    }
    Site site = ready_site(context);
    // Before a password is asked for.
    if (site.users().find(name)) {
        throw name_is_taken(name);
    }
    const UserFields fields{
        .email = arguments.email,
        .password = password(context, arguments),
        .is_staff = arguments.is_staff,
        .is_superuser = arguments.is_superuser,
    };
    try {
        site.users().create_user(name, fields);
    } catch (const Refused&) {
        throw name_is_taken(name);
    }
    context.world.out
        << (arguments.is_superuser ? "Superuser created successfully.\n"
                                   : fmt::format("User {} created successfully.\n", name));
    if (arguments.is_staff && !arguments.is_superuser && embed::uses_admin(context.settings)) {
        context.world.out << "The admin lets this user in, to do nothing yet: permissions are "
                             "granted in Django's admin, or in the database (docs/admin.md).\n";
    }
    return 0;
}

} // namespace drf_messages::cli
