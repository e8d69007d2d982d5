// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "embed/databases/database.hpp"
#include "schema/catalog.hpp"
#include "sql/error.hpp"
#include "store/user_table.hpp"

#include <fmt/format.h>

#include <string_view>

namespace drf_messages::cli {
namespace {

/// The table of an app that a site need not have.
struct AppTable {
    std::string_view name;
    std::string_view app;
    std::string_view django; ///< the app, as INSTALLED_APPS has it
};

std::optional<std::string> table_problem(const Context& context, const AppTable& table) {
    try {
        const auto connection = embed::database_connections(context.settings, {})();
        if (schema::table_names(*connection).contains(std::string(table.name))) {
            return std::nullopt;
        }
    } catch (const sql::Error&) {
        return std::nullopt; // database_problem says why
    }
    std::string problem = fmt::format(
        "database {} has no table {}: add {} to the site's INSTALLED_APPS and run `manage.py "
        "migrate`",
        context.settings.database.name,
        table.name,
        table.django
    );
    if (store::is_auth_user(context.settings)) { // else `migrate` leaves it to Django
        problem += fmt::format(
            ", or make it with: drf-messages migrate {}{}", table.app, settings_option(context)
        );
    }
    return problem;
}

} // namespace

std::optional<std::string> token_table_problem(const Context& context) {
    return table_problem(context, {"authtoken_token", "authtoken", "rest_framework.authtoken"});
}

std::optional<std::string> admin_table_problem(const Context& context) {
    return table_problem(context, {"django_admin_log", "admin", "django.contrib.admin"});
}

} // namespace drf_messages::cli
