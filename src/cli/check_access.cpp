// SPDX-License-Identifier: MIT
#include "cli/check.hpp"
#include "embed/databases/database.hpp"
#include "embed/obstacles.hpp"
#include "model/beside_django.hpp"
#include "schema/owner.hpp"
#include "server/socket_access.hpp"
#include "sql/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace drf_messages::cli {
namespace {

void add_database(const Settings& settings, std::vector<std::string>& problems) {
    try {
        const auto connection = embed::database_connections(settings, {})();
        for (auto& obstacle : embed::find_obstacles(settings, *connection, embed::Work::all)) {
            problems.push_back(std::move(obstacle.advice));
        }
    } catch (const sql::Error& error) {
        problems.push_back(embed::advice_about(settings, error.what()));
    }
}

void add_socket(const ServerSettings& settings, std::vector<std::string>& problems) {
    const bool has_socket =
        std::any_of(settings.bind.begin(), settings.bind.end(), [](const std::string& address) {
            return address.starts_with("unix:");
        });
    const auto problem = server::group_problem(settings.socket_group);
    if (has_socket && problem) {
        problems.push_back(fmt::format("SERVER.SOCKET_GROUP: {}", *problem));
    }
}

} // namespace

std::vector<std::string> access_problems(const Context& context) {
    std::vector<std::string> problems;
    add_database(context.settings, problems);
    add_socket(context.settings.server, problems);
    return problems;
}

std::optional<std::string> owner_warning(const Context& context) {
    const Settings& settings = context.settings;
    if (!is_beside_django(settings)) {
        return std::nullopt;
    }
    const auto connection = embed::database_connections(settings, {})();
    if (!schema::is_made_by_us_alone(*connection)) {
        return std::nullopt;
    }
    return fmt::format(
        "database {} was made by `drf-messages migrate`; the one of the Django site whose "
        "INSTALLED_APPS these are may be another, which DATABASES.default.NAME has to name.",
        settings.database.name
    );
}

} // namespace drf_messages::cli
