// SPDX-License-Identifier: MIT
#include "accounts/new_user.hpp"
#include "cli/commands.hpp"
#include "django/password.hpp"
#include "sql/transaction.hpp"
#include "store/user_store.hpp"

#include <fmt/format.h>

#include <ostream>

namespace drf_messages::cli {
namespace {

std::optional<std::string> password_of_environment(const World& world) {
    for (const char* name : {"DRF_MESSAGES_SUPERUSER_PASSWORD", "DJANGO_SUPERUSER_PASSWORD"}) {
        if (const auto at = world.environment.find(name);
            at != world.environment.end() && !at->second.empty()) {
            return at->second;
        }
    }
    return std::nullopt;
}

std::string encoded_password(Context& context, const CreateUserArguments& arguments) {
    const django::Passwords passwords(context.settings.password_hashers, context.world.random);
    if (!arguments.no_input || arguments.password_stdin) {
        return passwords.make(new_password(context.world, arguments.password_stdin));
    }
    const auto password = password_of_environment(context.world);
    return password ? passwords.make(*password)
                    : django::make_unusable_password(context.world.random);
}

} // namespace

int create_user(Context& context, const CreateUserArguments& arguments) {
    User user = accounts::new_user(arguments.name, arguments.email);
    if (!store::is_auth_user(context.settings)) {
        throw Failure(fmt::format(
            "createuser makes users of auth.User; what a user of {} needs only its own site knows: "
            "create it there, with manage.py createsuperuser",
            context.settings.auth_user_model
        ));
    }
    const auto connection = open_ready_database(context);
    const store::UserStore users;
    // Before a password is asked for.
    if (users.select_user_by_name(*connection, user.username)) {
        throw Failure(fmt::format("there is a user \"{}\" already", user.username));
    }
    user.password = encoded_password(context, arguments);
    user.is_staff = arguments.is_staff;
    user.is_superuser = arguments.is_superuser;

    sql::transact(*connection, [&] {
        if (!users.insert_user(*connection, user, context.world.clock())) {
            throw Failure(fmt::format("there is a user \"{}\" already", user.username));
        }
    });
    context.world.out
        << (arguments.is_superuser ? "Superuser created successfully.\n"
                                   : fmt::format("User {} created successfully.\n", user.username));
    return 0;
}

} // namespace drf_messages::cli
