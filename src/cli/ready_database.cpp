// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "embed/databases/database.hpp"
#include "embed/obstacles.hpp"
#include "model/beside_django.hpp"
#include "model/database_vendor.hpp"
#include "model/session_place.hpp"
#include "model/sqlite_name.hpp"
#include "schema/access.hpp"
#include "schema/migrations.hpp"
#include "schema/owner.hpp"
#include "sql/error.hpp"
#include "store/user_table.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <string_view>
#include <utility>

namespace drf_messages::cli {
namespace {

/// What is missing, "it" or "its tables", and how it comes to be there. A second database beside
/// that of a Django site would have none of its users and messages.
std::string creation_advice(const Context& context, std::string_view what) {
    return fmt::format(
        "{}create {} with: {}",
        is_beside_django(context.settings)
            ? "DATABASES.default.NAME has to name the one of the Django site whose INSTALLED_APPS "
              "these are; if it does, "
            : "",
        what,
        migrate_command(context)
    );
}

/// MariaDB does not show tables to an account that may not read them. access_problems() names
/// those; they need not keep the server from starting.
bool are_hidden(sql::Connection& connection, const std::vector<std::string>& tables) {
    std::vector<schema::Need> needs;
    needs.reserve(tables.size());
    for (const std::string& table : tables) {
        needs.push_back({table, schema::Privilege::select, {}});
    }
    return schema::find_refusal(connection, needs).has_value();
}

std::optional<std::string>
missing_table_problem(const Context& context, sql::Connection& connection) {
    const auto missing =
        schema::missing_tables(connection, store::user_table_name(context.settings));
    if (missing.empty() || are_hidden(connection, missing)) {
        return std::nullopt;
    }
    return fmt::format(
        "database {} lacks {}, which django_migrations calls present; restore it from a backup",
        context.settings.database.name,
        fmt::join(missing, ", ")
    );
}

std::optional<std::string>
state_problem(const Context& context, sql::Connection& connection, Wanted wanted) {
    const std::string& name = context.settings.database.name;
    switch (schema::inspect(connection)) {
    case schema::State::ready:
        return wanted == Wanted::any ? std::nullopt : missing_table_problem(context, connection);
    case schema::State::empty:
        return fmt::format(
            "database {} is empty; {}", name, creation_advice(context, "its tables")
        );
    case schema::State::needs_migration:
        if (store::is_auth_user(context.settings) && schema::is_site_without_messages(connection)) {
            return fmt::format(
                "database {} is a Django site's without drf_messages; add it to the site's "
                "INSTALLED_APPS and run `manage.py migrate`, or make its tables with: drf-messages "
                "migrate drf_messages{}",
                name,
                settings_option(context)
            );
        }
        return wanted == Wanted::any ? std::nullopt
                                     : std::optional(fmt::format(
                                           "database {} is not up to date; migrate it with: {}",
                                           name,
                                           migrate_command(context)
                                       ));
    case schema::State::foreign:
        return fmt::format(
            "database {} belongs to another application; DATABASES.default.NAME names it", name
        );
    case schema::State::newer:
        return wanted == Wanted::any ? std::nullopt
                                     : std::optional(fmt::format(
                                           "database {} was migrated by a newer drf-messages; this "
                                           "is " DRF_MESSAGES_VERSION,
                                           name
                                       ));
    }
    return std::nullopt;
}

std::optional<std::string> file_problem(const Context& context) {
    if (auto problem = memory_problem(context)) {
        return problem;
    }
    if (lacks_database_file(context.settings)) {
        const std::string& name = context.settings.database.name;
        return parse_sqlite_name(name).may_create
                   ? fmt::format(
                         "database {} does not exist; {}", name, creation_advice(context, "it")
                     )
                   : fmt::format(
                         "database {} does not exist, and may not be made, since its name says "
                         "mode=ro, mode=rw or immutable=1",
                         name
                     );
    }
    return std::nullopt;
}

/// The settings with Django's defaults for the stores that a command does not use, so that those of
/// the site cannot fail it.
Settings with_used_stores(Settings settings, SiteUse use) {
    if (use != SiteUse::sessions) {
        settings.session_engine = Settings().session_engine;
    }
    const bool in_cache = keeps_sessions_in_a_cache(settings.session_engine);
    std::erase_if(settings.caches, [&](const auto& cache) {
        return !in_cache || cache.first != settings.session_cache_alias;
    });
    return settings;
}

} // namespace

std::string migrate_command(const Context& context) {
    return is_beside_django(context.settings)
               ? "python manage.py migrate"
               : fmt::format("drf-messages migrate{}", settings_option(context));
}

std::string settings_option(const Context& context) {
    return context.settings_file && *context.settings_file != "settings.toml"
               ? " --settings " + *context.settings_file
               : "";
}

std::optional<std::string> memory_problem(const Context& context) {
    const DatabaseSettings& database = context.settings.database;
    if (!is_in_memory(database)) {
        return std::nullopt;
    }
    return fmt::format(
        "database {} lasts as long as one program that links the library; let "
        "DATABASES.default.NAME name a file",
        database.name
    );
}

bool lacks_database_file(const Settings& settings) {
    if (database_vendor(settings.database.engine) != DatabaseVendor::sqlite) {
        return false;
    }
    // One in a folder that may not be looked into is no file that is missing.
    std::error_code ignored;
    const auto status =
        std::filesystem::status(parse_sqlite_name(settings.database.name).path, ignored);
    return status.type() == std::filesystem::file_type::not_found;
}

std::optional<std::string> privileges_problem(const Context& context, sql::Connection& connection) {
    const Settings& settings = context.settings;
    if (embed::find_obstacles(settings, connection, embed::Work::reading).empty()) {
        return std::nullopt;
    }
    std::string problem;
    for (const auto& obstacle : embed::find_obstacles(settings, connection, embed::Work::all)) {
        problem += (problem.empty() ? "" : "; ") + obstacle.advice;
    }
    return problem;
}

std::optional<std::string> reached_database_problem(const Context& context, Wanted wanted) {
    if (auto problem = file_problem(context)) {
        return problem;
    }
    const auto connection = embed::database_connections(context.settings, {})();
    if (auto problem = privileges_problem(context, *connection)) {
        return problem;
    }
    return state_problem(context, *connection, wanted);
}

std::optional<std::string> database_problem(const Context& context, Wanted wanted) {
    try {
        return reached_database_problem(context, wanted);
    } catch (const sql::Error& error) {
        return embed::advice_about(context.settings, error.what());
    }
}

Site ready_site(const Context& context, SiteUse use) {
    if (const auto problem = database_problem(context)) {
        throw Failure(*problem);
    }
    return Site(
        with_used_stores(context.settings, use),
        {
            .database_connections = 1,
            .clock = context.world.clock,
            .log = no_log(),
            .create_database = false,
            .limit_statements = false,
        }
    );
}

} // namespace drf_messages::cli
