// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"

#include <fmt/format.h>

#include <ostream>

namespace drf_messages::cli {

int change_password(Context& context, const ChangePasswordArguments& arguments) {
    Site site = ready_site(context);
    const UserId user = find_user(site, arguments.name);
    const std::string password = new_password(context.world, arguments.password_stdin);
    if (!site.users().set_password(user, password)) {
        throw Failure(fmt::format("there is no user \"{}\" any more", arguments.name));
    }
    context.world.out << fmt::format(
        "Password changed successfully for user '{}'\n", arguments.name
    );
    return 0;
}

} // namespace drf_messages::cli
