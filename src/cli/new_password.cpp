// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "store/user_store.hpp"

#include <fmt/format.h>

#include <istream>

namespace drf_messages::cli {
namespace {

std::string checked(std::string password) {
    if (!password.empty() && password.back() == '\r') {
        password.pop_back();
    }
    if (password.empty()) {
        throw Failure("the password is empty");
    }
    return password;
}

} // namespace

std::string new_password(World& world, bool from_stdin) {
    if (from_stdin) {
        std::string line;
        std::getline(world.in, line);
        return checked(std::move(line));
    }
    if (!world.ask_secret) {
        throw Failure("there is no terminal to ask for a password; --password-stdin reads it from "
                      "standard input");
    }
    const auto first = world.ask_secret("Password: ");
    const auto second = first ? world.ask_secret("Password (again): ") : std::nullopt;
    if (!second) {
        throw Failure("no password was given");
    }
    if (*first != *second) {
        throw Failure("the two passwords are not the same");
    }
    return checked(*first);
}

User find_user(sql::Connection& connection, const std::string& name) {
    auto user = store::select_user_by_name(connection, name);
    if (!user) {
        throw Failure(fmt::format("there is no user \"{}\"", name));
    }
    return *user;
}

} // namespace drf_messages::cli
