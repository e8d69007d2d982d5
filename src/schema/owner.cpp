// SPDX-License-Identifier: MIT
#include "schema/owner.hpp"

#include "schema/migration_steps.hpp"
#include "schema/migrations.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>

namespace drf_messages::schema {

namespace {

// Not the app of our indexes: earlier versions take what they do not know of it for a newer one's.
constexpr std::string_view mark_app = "drf_messages_database";
constexpr std::string_view mark_name = "made_by_migrate";

constexpr sql::Statement insert_mark{
    "mark database", "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)"};

/// Whether the rows begin with every migration of ours up to drf_messages.0001_initial.
bool begin_as_ours(const RecordedMigrations& recorded) {
    const auto& ours = all_migrations();
    for (std::size_t i = 0; i < std::min(ours.size(), recorded.size()); ++i) {
        if (recorded[i].first != ours[i].app || recorded[i].second != ours[i].name) {
            return false;
        }
        if (ours[i].app == "drf_messages") {
            return true;
        }
    }
    return false;
}

} // namespace

Owner owner_of(sql::Connection& connection) {
    std::set<std::string> tables = table_names(connection);
    const bool has_migrations = tables.contains("django_migrations");
    if (!tables.empty() && !has_migrations) {
        // Without django_migrations, but with a table of ours: somebody has lost it.
        return tables.contains("drf_messages_message") ? Owner::us : Owner::another;
    }
    const RecordedMigrations recorded = recorded_migrations(connection);
    if (recorded.empty()) {
        // On MariaDB a `migrate` that was interrupted leaves these.
        tables.erase("django_migrations");
        tables.erase(std::string(progress_table));
        return tables.empty() ? Owner::nobody : Owner::site;
    }
    const bool marked = std::any_of(recorded.begin(), recorded.end(), [](const auto& row) {
        return row.first == mark_app;
    });
    return marked || begin_as_ours(recorded) ? Owner::us : Owner::site;
}

bool knows_app(const AppliedMigrations& applied, std::string_view app) {
    const auto first = applied.lower_bound({std::string(app), std::string()});
    return first != applied.end() && first->first == app;
}

bool is_site_without_messages(sql::Connection& connection) {
    return owner_of(connection) == Owner::site &&
           !knows_app(applied_migrations(connection), "drf_messages");
}

bool is_made_by_us_alone(sql::Connection& connection) {
    const AppliedMigrations applied = applied_migrations(connection);
    const auto& ours = all_migrations();
    return knows_app(applied, mark_app) &&
           std::all_of(applied.begin(), applied.end(), [&](const auto& row) {
               return row.first == mark_app ||
                      std::any_of(ours.begin(), ours.end(), [&](const Migration& migration) {
                          return migration.app == row.first;
                      });
           });
}

void mark_as_ours(sql::Connection& connection, const Clock& clock) {
    const std::array<sql::Value, 3> values{mark_app, mark_name, clock()};
    connection.insert(insert_mark, values);
}

} // namespace drf_messages::schema
