// SPDX-License-Identifier: MIT
#include "schema/catalog.hpp"
#include "schema/migrations.hpp"
#include "schema/migrations/migration_sql.hpp"
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
std::set<std::string_view> apps_to_migrate(std::string_view app) {
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

/// Keeps other processes from migrating, where BEGIN alone does not; SQLite's BEGIN IMMEDIATE does.
class MigrationLock {
public:
    explicit MigrationLock(sql::Connection& connection) : connection_(connection) {
        if (connection.dialect() == sql::Dialect::postgresql) {
            ask({"lock migrations", "SELECT pg_advisory_lock(7230914658201)"});
        } else if (connection.dialect() == sql::Dialect::mariadb) {
            ask({"lock migrations", "SELECT GET_LOCK('drf_messages_migrate', 3600)"});
        }
    }
    MigrationLock(const MigrationLock&) = delete;
    MigrationLock& operator=(const MigrationLock&) = delete;
    ~MigrationLock() {
        try {
            if (connection_.dialect() == sql::Dialect::postgresql) {
                ask({"unlock migrations", "SELECT pg_advisory_unlock(7230914658201)"});
            } else if (connection_.dialect() == sql::Dialect::mariadb) {
                ask({"unlock migrations", "SELECT RELEASE_LOCK('drf_messages_migrate')"});
            }
        } catch (...) {
            // A connection that can not unlock is lost, and its locks with it.
        }
    }

private:
    void ask(const sql::Statement& statement) {
        connection_.query(statement, {}, [](const sql::Row&) {});
    }

    sql::Connection& connection_;
};

/// SQLite can not replace a table that others refer to while it checks references, nor stop
/// checking within a transaction. The copies keep every id, so that nothing that referred to a row
/// before is left without it.
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
                // Fails only where the connection is of no more use.
            }
        }
    }

private:
    sql::Connection& connection_;
    bool were_checked_ = false;
};

void ensure_migrations_table(sql::Connection& connection) {
    if (!table_names(connection).contains("django_migrations")) {
        const std::string text = create_migrations_table.in(connection.dialect());
        connection.run_script({"create django_migrations", text});
    }
}

void apply(sql::Connection& connection, const Clock& clock, const Migration& migration) {
    const std::string text = migration.sql(connection.dialect());
    if (!text.empty()) {
        const std::string name = std::string(migration.app) + "." + std::string(migration.name);
        connection.run_script({name, text});
    }
    const std::array<sql::Value, 3> values{migration.app, migration.name, clock()};
    connection.insert(insert_migration, values);
}

} // namespace

std::vector<const Migration*>
pending_migrations(sql::Connection& connection, std::string_view app) {
    const auto apps = apps_to_migrate(app);
    const AppliedMigrations applied = applied_migrations(connection);
    std::vector<const Migration*> pending;
    for (const Migration& migration : all_migrations()) {
        if (apps.contains(migration.app) &&
            !applied.contains({std::string(migration.app), std::string(migration.name)})) {
            pending.push_back(&migration);
        }
    }
    return pending;
}

void migrate(
    sql::Connection& connection,
    const Clock& clock,
    std::string_view app,
    const std::function<void(const Migration&, bool done)>& progress
) {
    const MigrationLock lock(connection);
    const ReferencesUnchecked unchecked(connection);
    // What is pending is looked up anew under each transaction's lock: a server that started at the
    // same time may have run some of it meanwhile.
    for (;;) {
        sql::Transaction transaction(connection);
        const auto pending = pending_migrations(connection, app);
        if (pending.empty()) {
            create_permissions(connection, applied_migrations(connection));
            transaction.commit();
            return;
        }
        const Migration& next = *pending.front();
        if (progress) {
            progress(next, false);
        }
        ensure_migrations_table(connection);
        apply(connection, clock, next);
        transaction.commit();
        if (progress) {
            progress(next, true);
        }
    }
}

State inspect(sql::Connection& connection) {
    const std::set<std::string> tables = table_names(connection);
    if (tables.empty()) {
        return State::empty;
    }
    if (!tables.contains("django_migrations") && !tables.contains("drf_messages_message")) {
        return State::foreign;
    }
    const AppliedMigrations applied = applied_migrations(connection);
    const auto& known = all_migrations();
    for (const auto& row : applied) {
        const bool ours = row.first == "drf_messages" || row.first == "drf_messages_server";
        const bool is_known =
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
