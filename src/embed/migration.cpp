// SPDX-License-Identifier: MIT
#include "embed/migration.hpp"

#include "embed/admin_use.hpp"
#include "schema/owner.hpp"
#include "store/user_table.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <string_view>

namespace drf_messages::embed {
namespace {

constexpr std::string_view server_app = "drf_messages_server"; // indexes of our own

} // namespace

void refuse_other_databases(const Settings& settings, sql::Connection& connection) {
    const std::string& name = settings.database.name;
    switch (schema::inspect(connection)) {
    case schema::State::foreign:
        throw std::runtime_error(
            fmt::format("database {} belongs to another application; nothing was changed", name)
        );
    case schema::State::newer:
        throw std::runtime_error(fmt::format(
            "database {} was migrated by a newer drf-messages (this is " DRF_MESSAGES_VERSION
            "); nothing was changed",
            name
        ));
    default:
        return;
    }
}

schema::Extras migration_extras(const Settings& settings) {
    return {.admin = uses_admin(settings), .feed = settings.messages_extensions.need_feed()};
}

std::string
app_to_migrate(const Settings& settings, sql::Connection& connection, const std::string& wanted) {
    if (store::is_auth_user(settings)) {
        if (wanted.empty() && schema::is_site_without_messages(connection)) {
            throw std::runtime_error(fmt::format(
                "database {} is a Django site's, and django_migrations does not know drf_messages: "
                "add it to the site's INSTALLED_APPS and run `manage.py migrate`, or have its "
                "tables made by `drf-messages migrate drf_messages`; nothing was changed",
                settings.database.name
            ));
        }
        return wanted;
    }
    const std::string app = wanted.empty() ? std::string(server_app) : wanted;
    for (const schema::Migration* migration : schema::pending_migrations(connection, app)) {
        if (migration->app != server_app) {
            throw std::runtime_error(fmt::format(
                "AUTH_USER_MODEL is {}: run Django's own `manage.py migrate` first, which has yet "
                "to apply {}.{}; nothing was changed",
                settings.auth_user_model,
                migration->app,
                migration->name
            ));
        }
    }
    return app;
}

} // namespace drf_messages::embed
