// SPDX-License-Identifier: MIT
#include "schema/catalog.hpp"

namespace drf_messages::schema {

namespace {

using drf_messages::sql::Dialect;
using drf_messages::sql::Statement;

Statement select_table_names(Dialect dialect) {
    switch (dialect) {
    case Dialect::postgresql:
        return {
            "select table names",
            // information_schema leaves out what the role has no privilege on.
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = ANY (current_schemas(false))"
            " AND c.relkind IN ('r', 'p', 'v', 'f')"};
    case Dialect::mariadb:
        return {
            "select table names",
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"};
    case Dialect::sqlite:
        break;
    }
    return {
        "select table names",
        "SELECT name FROM sqlite_master "
        "WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"};
}

constexpr Statement select_applied{
    "select applied migrations", "SELECT app, name FROM django_migrations ORDER BY id"};

} // namespace

std::set<std::string> table_names(sql::Connection& connection) {
    std::set<std::string> names;
    connection.query(select_table_names(connection.dialect()), {}, [&names](const sql::Row& row) {
        names.emplace(row.text(0));
    });
    return names;
}

RecordedMigrations recorded_migrations(sql::Connection& connection) {
    RecordedMigrations recorded;
    if (table_names(connection).contains("django_migrations")) {
        connection.query(select_applied, {}, [&recorded](const sql::Row& row) {
            recorded.emplace_back(row.text(0), row.text(1));
        });
    }
    return recorded;
}

AppliedMigrations applied_migrations(sql::Connection& connection) {
    const RecordedMigrations recorded = recorded_migrations(connection);
    return {recorded.begin(), recorded.end()};
}

} // namespace drf_messages::schema
