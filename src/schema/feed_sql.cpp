// SPDX-License-Identifier: MIT
#include "schema/access_of_servers.hpp"
#include "schema/feed.hpp"
#include "schema/feed_catalog.hpp"

#include <fmt/format.h>

namespace drf_messages::schema {
namespace {

using sql::Connection;
using sql::Dialect;

/// Ready to be read by the client program of the database.
void append(std::string& script, Dialect dialect, const std::string& statement) {
    const std::size_t begin = statement.find_first_not_of('\n');
    const bool compound = dialect == Dialect::mariadb && statement.find("; ") != std::string::npos;
    script += compound ? fmt::format("DELIMITER //\n{}//\nDELIMITER ;\n", statement.substr(begin))
                       : statement.substr(begin) + ";\n";
}

/// What the connection's account needs, whoever makes the tables.
std::vector<std::string> grants(Connection& connection, const FeedColumns& columns) {
    std::vector<std::string> all;
    const bool has_roles = connection.dialect() == Dialect::postgresql;
    const std::string account =
        has_roles ? postgresql_account(connection) : mariadb_account(connection);
    const auto table = [&](std::string_view name) {
        return has_roles ? named(columns, name) : mariadb_table(connection, std::string(name));
    };
    for (const std::string_view name : {change_table, feed_table, info_table}) {
        all.push_back(
            fmt::format("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO {}", table(name), account)
        );
    }
    if (!has_roles) { // the triggers have this account's rights
        for (const std::string_view name : {message_table_name, tag_table_name}) {
            all.push_back(fmt::format("GRANT SELECT, TRIGGER ON {} TO {}", table(name), account));
        }
    }
    return all;
}

/// MariaDB commits each statement that defines something by itself.
std::string in_one_transaction(Dialect dialect, std::string script) {
    return dialect == Dialect::mariadb ? script : "BEGIN;\n" + script + "COMMIT;\n";
}

} // namespace

std::string feed_sql(Connection& connection) {
    const Dialect dialect = connection.dialect();
    const FeedColumns columns = feed_columns(connection);
    const bool on_server = dialect != Dialect::sqlite;
    std::string script;
    const FeedParts parts = feed_parts(
        dialect, columns, dialect == Dialect::mariadb ? mariadb_account(connection) : std::string()
    );
    bool granted = false;
    for (const FeedPart& part : parts) {
        if (part.kind != FeedPart::Kind::table && on_server && !granted) {
            for (const std::string& grant : grants(connection, columns)) {
                append(script, dialect, grant);
            }
            granted = true;
        }
        for (const std::string& text : part.create) {
            append(script, dialect, text);
        }
    }
    append(script, dialect, forget_epoch(columns));
    append(script, dialect, insert_epoch(columns, feed_questions(connection).epoch));
    return in_one_transaction(dialect, std::move(script));
}

std::string feed_removal_sql(Connection& connection) {
    std::string script;
    for (const std::string& statement : drop_feed(connection)) {
        append(script, connection.dialect(), statement);
    }
    return in_one_transaction(connection.dialect(), std::move(script));
}

} // namespace drf_messages::schema
