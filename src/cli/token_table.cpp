// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "embed/databases/database.hpp"
#include "model/class_lineage.hpp"
#include "schema/catalog.hpp"
#include "sql/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace drf_messages::cli {
namespace {

constexpr std::string_view token_authentication =
    "rest_framework.authentication.TokenAuthentication";
constexpr std::string_view token_view = "rest_framework.authtoken.views.obtain_auth_token";

bool is_token_authentication(const Settings& settings, const ClassName& name) {
    const auto lineage = class_lineage(settings.classes, name);
    return std::find(lineage.begin(), lineage.end(), token_authentication) != lineage.end();
}

/// Whether a viewset of `[CLASSES]` has it among the authentication_classes of its own.
bool viewset_takes_tokens(const Settings& settings, const ClassSettings& viewset) {
    const auto found = viewset.attributes.find("authentication_classes");
    const auto* const names = found == viewset.attributes.end()
                                  ? nullptr
                                  : std::get_if<SettingValue::Array>(&found->second.value);
    return names != nullptr &&
           std::any_of(names->begin(), names->end(), [&](const SettingValue& entry) {
               const auto* const name = std::get_if<std::string>(&entry.value);
               return name != nullptr && is_token_authentication(settings, *name);
           });
}

} // namespace

bool takes_tokens(const Settings& settings) {
    const auto& names = settings.rest_framework.default_authentication_classes;
    return std::any_of(
               names.begin(),
               names.end(),
               [&](const ClassName& name) { return is_token_authentication(settings, name); }
           ) ||
           std::any_of(
               settings.classes.begin(),
               settings.classes.end(),
               [&](const auto& entry) { return viewset_takes_tokens(settings, entry.second); }
           ) ||
           std::any_of(
               settings.routes.begin(),
               settings.routes.end(),
               [](const RouteSettings& route) { return route.view == token_view; }
           );
}

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
