// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "embed/databases/database.hpp"
#include "schema/catalog.hpp"
#include "sql/error.hpp"

#include <fmt/format.h>

namespace drf_messages::cli {

std::optional<std::string> token_table_problem(const Context& context) {
    try {
        const auto connection = embed::database_connections(context.settings, {})();
        if (schema::table_names(*connection).contains("authtoken_token")) {
            return std::nullopt;
        }
    } catch (const sql::Error&) {
        return std::nullopt; // database_problem says why
    }
    return fmt::format(
        "database {} has no table authtoken_token: add rest_framework.authtoken to the site's "
        "INSTALLED_APPS and run `manage.py migrate`, or make it with: drf-messages migrate "
        "authtoken{}",
        context.settings.database.name,
        settings_option(context)
    );
}

} // namespace drf_messages::cli
