// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "cli/state_folder.hpp"
#include "embed/databases/database.hpp"
#include "embed/migration.hpp"
#include "model/beside_django.hpp"
#include "schema/migrations.hpp"
#include "sql/sqlite/factory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>
#include <utility>

namespace drf_messages::cli {
namespace {

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
    if (plan && lacks_database_file(context.settings)) {
        sql::SqliteOptions in_memory;
        in_memory.path = ":memory:";
        return sql::sqlite_connections(in_memory);
    }
    embed::DatabaseUse use;
    use.create = !plan;
    return embed::database_connections(context.settings, use);
}

struct Prepared {
    sql::ConnectionFactory open;
    std::unique_ptr<sql::Connection> connection;
    std::string app; ///< empty: all
};

/// Throws what refuses the database.
Prepared prepared(const Context& context, const MigrateArguments& arguments) {
    if (const auto problem = memory_problem(context)) {
        throw Failure(*problem);
    }
    if (context.state && !arguments.plan) {
        prepare_state_folder(*context.state);
    }
    sql::ConnectionFactory open = connections_for(context, arguments.plan);
    auto connection = open();
    if (const auto problem = privileges_problem(context, *connection)) {
        throw Failure(*problem);
    }
    embed::refuse_other_databases(context.settings, *connection);
    std::string app = embed::app_to_migrate(context.settings, *connection, arguments.app);
    return {std::move(open), std::move(connection), std::move(app)};
}

/// Beside Django an empty database is the site's to fill: with ours in its tables' place its own
/// `manage.py migrate` would fail.
void refuse_empty_database_of_django(const Context& context) {
    if (!is_beside_django(context.settings)) {
        return;
    }
    const bool is_empty = lacks_database_file(context.settings) ||
                          schema::inspect(*embed::database_connections(context.settings, {})()) ==
                              schema::State::empty;
    if (const auto problem = is_empty ? reached_database_problem(context) : std::nullopt) {
        throw Failure(*problem);
    }
}

int show_plan(Context& context, sql::Connection& connection, const std::string& app) {
    context.world.out << "Planned operations:\n";
    const schema::Extras extras = embed::migration_extras(context.settings);
    const auto pending = schema::pending_migrations(connection, app, extras);
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
    const auto [open, connection, app] = prepared(context, arguments);
    if (arguments.plan) {
        return show_plan(context, *connection, app);
    }
    const schema::Extras extras = embed::migration_extras(context.settings);
    std::ostream& out = context.world.out;
    out << "Operations to perform:\n  Apply all migrations: "
        << (app.empty()
                ? fmt::format(
                      "{}", fmt::join(schema::apps_to_migrate(*connection, {}, extras), ", ")
                  )
                : app)
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
        },
        extras
    );
    if (!any) {
        out << "  No migrations to apply.\n";
    }
    return 0;
}

void migrate_before_serving(
    const Context& context, const std::function<void(const schema::Migration*)>& progress
) {
    refuse_empty_database_of_django(context);
    const auto [open, connection, app] = prepared(context, {});
    const schema::Extras extras = embed::migration_extras(context.settings);
    if (!schema::pending_migrations(*connection, app, extras).empty()) {
        progress(nullptr);
    }
    schema::migrate(
        open,
        context.world.clock,
        app,
        [&](const schema::Migration& migration, bool done) {
            if (!done) {
                progress(&migration);
            }
        },
        extras
    );
}

} // namespace drf_messages::cli
