// SPDX-License-Identifier: MIT
#include "schema/catalog.hpp"
#include "schema/feed.hpp"
#include "schema/migration_lock.hpp"
#include "schema/migration_steps.hpp"
#include "schema/migrations.hpp"
#include "schema/migrations/migration_sql.hpp"
#include "schema/owner.hpp"
#include "schema/permissions.hpp"
#include "sql/transaction.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>
#include <string>

namespace drf_messages::schema {

namespace {

struct AppDependency {
    std::string_view app;
    std::string_view needs;
};

constexpr AppDependency dependencies[] = {
    {"auth", "contenttypes"},
    {"admin", "auth"},
    {"authtoken", "auth"},
    {"drf_messages", "auth"},
    {"drf_messages", "sessions"},
    {"drf_messages_server", "drf_messages"},
};

constexpr DialectSql create_migrations_table{
    .sqlite =
        R"sql(CREATE TABLE "django_migrations" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app" varchar(255) NOT NULL, "name" varchar(255) NOT NULL, "applied" datetime NOT NULL))sql",
    .postgresql = R"sql(
CREATE TABLE django_migrations (
    id serial NOT NULL,
    app varchar(255) NOT NULL,
    name varchar(255) NOT NULL,
    applied timestamp with time zone NOT NULL,
    CONSTRAINT django_migrations_pkey PRIMARY KEY (id)
))sql",
    .mariadb = R"sql(
CREATE TABLE `django_migrations` (
    `id` integer NOT NULL AUTO_INCREMENT,
    `app` varchar(255) NOT NULL,
    `name` varchar(255) NOT NULL,
    `applied` datetime(6) NOT NULL,
    PRIMARY KEY (`id`)
))sql"};

constexpr sql::Statement insert_migration{
    "insert migration", "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)"};

/// The app and, transitively, what its migrations depend on; every app for an empty name.
std::set<std::string_view> with_dependencies(std::string_view app) {
    std::set<std::string_view> apps;
    for (const Migration& migration : all_migrations()) {
        if (app.empty() || migration.app == app) {
            apps.insert(migration.app);
        }
    }
    if (apps.empty()) {
        throw std::invalid_argument("no app named " + std::string(app) + " has migrations");
    }
    for (std::size_t before = 0; before != apps.size();) {
        before = apps.size();
        for (const AppDependency& dependency : dependencies) {
            if (apps.contains(dependency.app)) {
                apps.insert(dependency.needs);
            }
        }
    }
    return apps;
}

/// SQLite cannot replace a table that others refer to while it checks references, nor stop checking
/// within a transaction. The copies keep every id, so every reference to a row stays valid.
/// - Django: db/backends/sqlite3/schema.py, DatabaseSchemaEditor.__enter__.
class ReferencesUnchecked {
public:
    explicit ReferencesUnchecked(sql::Connection& connection) : connection_(connection) {
        if (connection.dialect() == sql::Dialect::sqlite) {
            connection.query(
                {"foreign keys", "PRAGMA foreign_keys"},
                {},
                [this](const sql::Row& row) { were_checked_ = row.boolean(0); }
            );
            connection.execute({"foreign keys off", "PRAGMA foreign_keys = OFF"});
        }
    }
    ReferencesUnchecked(const ReferencesUnchecked&) = delete;
    ReferencesUnchecked& operator=(const ReferencesUnchecked&) = delete;
    ~ReferencesUnchecked() {
        if (were_checked_) {
            try {
                connection_.execute({"foreign keys on", "PRAGMA foreign_keys = ON"});
            } catch (...) {
                // Fails only if the connection is useless anyway.
            }
        }
    }

private:
    sql::Connection& connection_;
    bool were_checked_ = false;
};

void ensure_migrations_table(sql::Connection& connection, const Clock& clock) {
    const bool is_empty = owner_of(connection) == Owner::nobody;
    if (!table_names(connection).contains("django_migrations")) {
        const std::string text = create_migrations_table.in(connection.dialect());
        connection.run_script({"create django_migrations", text});
    }
    if (is_empty) {
        mark_as_ours(connection, clock);
    }
}

void record(sql::Connection& connection, const Clock& clock, const Migration& migration) {
    const std::array<sql::Value, 3> values{migration.app, migration.name, clock()};
    connection.insert(insert_migration, values);
}

bool is_pending(sql::Connection& connection, const Migration& migration) {
    return !applied_migrations(connection)
                .contains({std::string(migration.app), std::string(migration.name)});
}

using Progress = std::function<void(const Migration&, bool done)>;

void tell(const Progress& progress, const Migration& migration, bool done) {
    if (progress) {
        progress(migration, done);
    }
}

/// In one transaction, for databases that can change tables in one. On SQLite the transaction keeps
/// others out, so only now can it see whether somebody else has run the migration meanwhile.
void apply(
    sql::Connection& connection,
    const Clock& clock,
    const Migration& migration,
    const Progress& progress
) {
    sql::ScopedTransaction transaction(connection);
    if (!is_pending(connection, migration)) {
        return;
    }
    tell(progress, migration, false);
    ensure_migrations_table(connection, clock);
    const std::string text = migration.sql(connection.dialect());
    if (!text.empty()) {
        const std::string name = std::string(migration.app) + "." + std::string(migration.name);
        connection.run_script({name, text});
    }
    create_indexes(connection, migration.indexes);
    record(connection, clock, migration);
    transaction.commit();
    tell(progress, migration, true);
}

/// What cannot be part of a transaction: any change of a table on MariaDB, and on PostgreSQL an
/// index that is made while the table is in use.
void apply_piecemeal(
    sql::Connection& connection,
    const Clock& clock,
    const Migration& migration,
    const Progress& progress
) {
    tell(progress, migration, false);
    ensure_migrations_table(connection, clock);
    if (migration.indexes.empty()) {
        run_in_steps(connection, migration, [&] { record(connection, clock, migration); });
    } else {
        create_indexes(connection, migration.indexes);
        record(connection, clock, migration);
    }
    tell(progress, migration, true);
}

/// Takes away what a Django site's database is not to get unasked: tables that Django does not know
/// of, and the indexes of a table that is not there.
void keep_known(std::set<std::string_view>& apps, const AppliedMigrations& applied) {
    std::erase_if(apps, [&](std::string_view app) {
        return !knows_app(applied, app == "drf_messages_server" ? "drf_messages" : app);
    });
}

/// Whether a migration that we do not know leaves our statements as they are:
/// "0004_archive_keeps_0002" does for whoever has 0002 or a later one.
bool keeps_what_we_use(std::string_view name) {
    constexpr std::string_view keeps = "_keeps_";
    const auto at = name.rfind(keeps);
    if (at == std::string_view::npos) {
        return false;
    }
    const std::string_view number = name.substr(at + keeps.size());
    const auto& known = all_migrations();
    return std::any_of(known.begin(), known.end(), [number](const Migration& migration) {
        return migration.app == "drf_messages_server" &&
               migration.name.substr(0, migration.name.find('_')) >= number;
    });
}

} // namespace

std::set<std::string_view>
apps_to_migrate(sql::Connection& connection, std::string_view app, Extras extras) {
    auto apps = with_dependencies(app);
    if (app.empty() && !extras.admin) {
        apps.erase("admin");
    }
    if (app.empty() && owner_of(connection) == Owner::site) {
        keep_known(apps, applied_migrations(connection));
    }
    return apps;
}

std::vector<const Migration*>
pending_migrations(sql::Connection& connection, std::string_view app, Extras extras) {
    const auto apps = apps_to_migrate(connection, app, extras);
    const AppliedMigrations applied = applied_migrations(connection);
    std::vector<const Migration*> pending;
    for (const Migration& migration : all_migrations()) {
        if (apps.contains(migration.app) &&
            !applied.contains({std::string(migration.app), std::string(migration.name)})) {
            pending.push_back(&migration);
        }
    }
    if (extras.feed && apps.contains(feed_migration().app) && owner_of(connection) != Owner::site &&
        !missing_of_feed(connection).empty()) {
        pending.push_back(&feed_migration());
    }
    return pending;
}

void migrate(
    const sql::ConnectionFactory& open,
    const Clock& clock,
    std::string_view app,
    const std::function<void(const Migration&, bool done)>& progress,
    Extras extras
) {
    with_dependencies(app); // throws for one that is not there
    const MigrationLock lock(open);
    const auto connection = open();
    const sql::Dialect dialect = connection->dialect();
    const ReferencesUnchecked unchecked(*connection);
    for (const Migration* migration : pending_migrations(*connection, app, extras)) {
        if (migration == &feed_migration()) {
            tell(progress, *migration, false);
            install_feed(*connection);
            tell(progress, *migration, true);
            continue;
        }
        const bool piecemeal = dialect == sql::Dialect::mariadb ||
                               (dialect == sql::Dialect::postgresql && !migration->indexes.empty());
        (piecemeal ? apply_piecemeal : apply)(*connection, clock, *migration, progress);
    }
    sql::transact(*connection, [&] {
        create_permissions(*connection, applied_migrations(*connection));
    });
    if (dialect == sql::Dialect::mariadb) {
        forget_progress(*connection);
    }
}

std::vector<std::string> missing_tables(sql::Connection& connection, std::string_view user_table) {
    struct MadeBy {
        std::string_view table;
        std::string_view app;
        std::string_view name;
    };
    const MadeBy made_by[] = {
        {"django_content_type", "contenttypes", "0001_initial"},
        {"auth_permission", "auth", "0001_initial"},
        {"auth_group", "auth", "0001_initial"},
        {"auth_group_permissions", "auth", "0001_initial"},
        {user_table, "auth", "0001_initial"},
        {"authtoken_token", "authtoken", "0001_initial"},
        {"django_session", "sessions", "0001_initial"},
        {"drf_messages_message", "drf_messages", "0001_initial"},
        {"drf_messages_messagetag", "drf_messages", "0001_initial"},
        {"django_admin_log", "admin", "0001_initial"},
    };
    const std::set<std::string> tables = table_names(connection);
    const AppliedMigrations applied = applied_migrations(connection);
    std::vector<std::string> missing;
    for (const MadeBy& made : made_by) {
        if (applied.contains({std::string(made.app), std::string(made.name)}) &&
            !tables.contains(std::string(made.table))) {
            missing.emplace_back(made.table);
        }
    }
    return missing;
}

State inspect(sql::Connection& connection) {
    switch (owner_of(connection)) {
    case Owner::nobody:
        return State::empty;
    case Owner::another:
        return State::foreign;
    case Owner::us:
    case Owner::site:
        break;
    }
    const AppliedMigrations applied = applied_migrations(connection);
    const auto& known = all_migrations();
    for (const auto& row : applied) {
        const bool is_of_server = row.first == "drf_messages_server";
        const bool ours = row.first == "drf_messages" || is_of_server;
        const bool is_known =
            (is_of_server && keeps_what_we_use(row.second)) ||
            std::any_of(known.begin(), known.end(), [&row](const Migration& migration) {
                return migration.app == row.first && migration.name == row.second;
            });
        if (ours && !is_known) {
            return State::newer;
        }
    }
    const bool complete = std::all_of(known.begin(), known.end(), [&](const Migration& migration) {
        return migration.app != "drf_messages" ||
               applied.contains({std::string(migration.app), std::string(migration.name)});
    });
    return complete ? State::ready : State::needs_migration;
}

} // namespace drf_messages::schema
