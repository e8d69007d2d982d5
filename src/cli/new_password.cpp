// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "text/utf8.hpp"

#include <fmt/format.h>

#include <istream>
#include <utility>

namespace drf_messages::cli {
namespace {

constexpr std::size_t longest_password_bytes = 4096;

std::string checked(std::string password) {
    if (!password.empty() && password.back() == '\r') {
        password.pop_back();
    }
    if (password.empty()) {
        throw Failure("the password is empty");
    }
    if (password.size() > longest_password_bytes) {
        throw Failure(fmt::format("the password is longer than {} bytes", longest_password_bytes));
    }
    // A client sends text: nobody could log in with anything else.
    if (!text::is_valid_utf8(password) || password.find('\0') != std::string::npos) {
        throw Failure("the password is not valid text");
    }
    return password;
}

/// A line without its end; of one that is too long, as much as shows that it is.
std::string first_line(std::istream& in) {
    std::string line;
    for (char c = 0; line.size() <= longest_password_bytes && in.get(c) && c != '\n';) {
        line += c;
    }
    return line;
}

} // namespace

std::string new_password(World& world, bool from_stdin) {
    if (from_stdin) {
        return checked(first_line(world.in));
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

UserId find_user(Site& site, const std::string& name) {
    auto user = site.users().find(name);
    if (!user) {
        throw Failure(fmt::format("there is no user \"{}\"", name));
    }
    return *std::move(user);
}

} // namespace drf_messages::cli
