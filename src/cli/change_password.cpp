// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "django/password.hpp"
#include "sql/transaction.hpp"
#include "store/user_store.hpp"

#include <fmt/format.h>

#include <ostream>

namespace drf_messages::cli {

int change_password(Context& context, const ChangePasswordArguments& arguments) {
    const auto connection = open_ready_database(context);
    const store::UserStore users = open_users(context, *connection);
    const User user = find_user(users, *connection, arguments.name);
    const std::string password = new_password(context.world, arguments.password_stdin);
    const django::Passwords passwords(context.settings.password_hashers, context.world.random);
    const std::string encoded = passwords.make(password);

    sql::transact(*connection, [&] {
        if (!users.update_password(*connection, user.id, encoded)) {
            throw Failure(fmt::format("there is no user \"{}\" any more", arguments.name));
        }
    });
    context.world.out << fmt::format(
        "Password changed successfully for user '{}'\n", arguments.name
    );
    return 0;
}

} // namespace drf_messages::cli
