// SPDX-License-Identifier: MIT
#include "late_commits/arguments.hpp"

#include <stdexcept>
#include <string_view>

namespace drf_messages::late_commits {

Arguments parse(int count, char** values) {
    Arguments arguments;
    for (int i = 1; i < count; ++i) {
        const std::string_view name = values[i];
        if (name == "--on-change") {
            arguments.on_change = true;
            continue;
        }
        if (i + 1 == count) {
            throw std::invalid_argument(std::string(name) + " needs a value");
        }
        const std::string value = values[++i];
        if (name == "--settings") {
            arguments.settings = value;
        } else if (name == "--changes") {
            arguments.changes = std::stoll(value);
        } else if (name == "--writers") {
            arguments.writers = std::stoi(value);
        } else if (name == "--users") {
            arguments.users = std::stoi(value);
        } else if (name == "--most") {
            arguments.most = std::stoi(value);
        } else if (name == "--latest") {
            arguments.latest = std::stoi(value);
        } else {
            throw std::invalid_argument("what is " + std::string(name) + "?");
        }
    }
    return arguments;
}

} // namespace drf_messages::late_commits
