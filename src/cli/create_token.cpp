// SPDX-License-Identifier: MIT
#include "accounts/tokens.hpp"
#include "cli/commands.hpp"
#include "sql/transaction.hpp"
#include "store/user_store.hpp"

#include <fmt/format.h>

#include <ostream>

namespace drf_messages::cli {

int create_token(Context& context, const TokenArguments& arguments) {
    const auto connection = open_ready_database(context);
    const store::UserStore users = open_users(context, *connection);
    const User user = find_user(users, *connection, arguments.name);

    const std::string token = sql::transact(*connection, [&] {
        if (arguments.reset) {
            users.delete_token(*connection, user.id);
        }
        return accounts::get_or_create_token(
            users, *connection, user.id, context.world.random, context.world.clock()
        );
    });
    context.world.out << fmt::format("Generated token {} for user {}\n", token, arguments.name);
    return 0;
}

} // namespace drf_messages::cli
