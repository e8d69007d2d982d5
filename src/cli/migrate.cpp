// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "embed/database.hpp"
#include "schema/migrations.hpp"
#include "sql/sqlite/sqlite_connection.hpp"
#include "store/user_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <ostream>

namespace drf_messages::cli {
namespace {

constexpr std::string_view server_app = "drf_messages_server"; // indexes of our own

std::vector<std::string> app_names() {
    std::vector<std::string> apps;
    for (const auto& migration : schema::all_migrations()) {
        apps.emplace_back(migration.app);
    }
    std::sort(apps.begin(), apps.end());
    apps.erase(std::unique(apps.begin(), apps.end()), apps.end());
    return apps;
}

/// A plan changes nothing, so a file that is not there yet is planned for as an empty database.
sql::ConnectionFactory connections_for(const Context& context, bool plan) {
    const DatabaseSettings& database = context.settings.database;
    std::error_code ignored;
    if (plan && database.engine == "django.db.backends.sqlite3" &&
        !std::filesystem::exists(database.name, ignored)) {
        sql::SqliteOptions in_memory;
        in_memory.path = ":memory:";
        return sql::sqlite_connections(in_memory);
    }
    embed::DatabaseUse use;
    use.create = !plan;
    return embed::database_connections(context.settings, use);
}

void refuse_other_databases(const Context& context, sql::Connection& connection) {
    const std::string& name = context.settings.database.name;
    switch (schema::inspect(connection)) {
    case schema::State::foreign:
        throw Failure(
            fmt::format("database {} belongs to another application; nothing was changed", name)
        );
    case schema::State::newer:
        throw Failure(fmt::format(
            "database {} was migrated by a newer drf-messages (this is " DRF_MESSAGES_VERSION
            "); nothing was changed",
            name
        ));
    default:
        return;
    }
}

/// Which app to migrate. The tables of another user model are made by its site, and with them come
/// those that refer to it: only indexes of our own are left to make.
std::string
app_to_migrate(const Context& context, sql::Connection& connection, const std::string& wanted) {
    if (store::is_auth_user(context.settings)) {
        return wanted;
    }
    const std::string app = wanted.empty() ? std::string(server_app) : wanted;
    for (const schema::Migration* migration : schema::pending_migrations(connection, app)) {
        if (migration->app != server_app) {
            throw Failure(fmt::format(
                "AUTH_USER_MODEL is {}: run Django's own `manage.py migrate` first, which has yet "
                "to "
                "apply {}.{}; nothing was changed",
                context.settings.auth_user_model,
                migration->app,
                migration->name
            ));
        }
    }
    return app;
}

int show_plan(Context& context, sql::Connection& connection, const std::string& app) {
    context.world.out << "Planned operations:\n";
    const auto pending = schema::pending_migrations(connection, app);
    for (const schema::Migration* migration : pending) {
        context.world.out << fmt::format("  {}.{}\n", migration->app, migration->name);
    }
    if (pending.empty()) {
        context.world.out << "  No planned migration operations.\n";
    }
    return 0;
}

} // namespace

int migrate(Context& context, const MigrateArguments& arguments) {
    const auto apps = app_names();
    if (!arguments.app.empty() &&
        std::find(apps.begin(), apps.end(), arguments.app) == apps.end()) {
        throw Failure(fmt::format(
            "there is no app \"{}\"; there are {}", arguments.app, fmt::join(apps, ", ")
        ));
    }
    const sql::ConnectionFactory open = connections_for(context, arguments.plan);
    const auto connection = open();
    refuse_other_databases(context, *connection);
    if (arguments.plan) {
        return show_plan(context, *connection, arguments.app);
    }
    const std::string app = app_to_migrate(context, *connection, arguments.app);
    std::ostream& out = context.world.out;
    out << "Operations to perform:\n  Apply all migrations: "
        << (app.empty() ? fmt::format("{}", fmt::join(apps, ", ")) : app)
        << "\nRunning migrations:\n";
    bool any = false;
    schema::migrate(
        open,
        context.world.clock,
        app,
        [&](const schema::Migration& migration, bool done) {
            any = true;
            if (done) {
                out << " OK" << std::endl;
            } else {
                out << fmt::format("  Applying {}.{}...", migration.app, migration.name)
                    << std::flush;
            }
        }
    );
    if (!any) {
        out << "  No migrations to apply.\n";
    }
    return 0;
}

} // namespace drf_messages::cli
