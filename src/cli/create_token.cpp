// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"

#include <fmt/format.h>

#include <ostream>

namespace drf_messages::cli {

int create_token(Context& context, const TokenArguments& arguments) {
    Site site = ready_site(context);
    if (const auto problem = token_table_problem(context)) {
        throw Failure(*problem);
    }
    const UserId user = find_user(site, arguments.name);
    const std::string token =
        arguments.reset ? site.users().reset_token(user) : site.users().token(user);
    context.world.out << fmt::format("Generated token {} for user {}\n", token, arguments.name);
    return 0;
}

} // namespace drf_messages::cli
