// SPDX-License-Identifier: MIT
#include "schema/migration_steps.hpp"

#include "schema/catalog.hpp"
#include "sql/error.hpp"
#include "sql/transaction.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

namespace drf_messages::schema {

namespace {

using drf_messages::sql::Row;
using drf_messages::sql::Statement;
using drf_messages::sql::Value;

constexpr Statement create_progress_table = {
    "create drf_messages_server_progress",
    "CREATE TABLE IF NOT EXISTS `drf_messages_server_progress` ("
    "`app` varchar(100) NOT NULL, `name` varchar(100) NOT NULL, `statements` integer NOT NULL,"
    " PRIMARY KEY (`app`, `name`))"};
constexpr Statement select_progress = {
    "select progress",
    "SELECT statements FROM drf_messages_server_progress WHERE app = ? AND name = ?"};
constexpr Statement insert_progress = {
    "insert progress",
    "INSERT INTO drf_messages_server_progress (app, name, statements) VALUES (?, ?, 0)"};
constexpr Statement update_progress = {
    "update progress",
    "UPDATE drf_messages_server_progress SET statements = ? WHERE app = ? AND name = ?"};
constexpr Statement delete_progress = {
    "delete progress", "DELETE FROM drf_messages_server_progress WHERE app = ? AND name = ?"};

/// The statements of a migration; in each of them a semicolon at the end of a line is the end of
/// the statement.
std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> statements;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(";\n", begin), text.size());
        std::string statement = text.substr(begin, end - begin);
        if (statement.ends_with(';')) {
            statement.pop_back();
        }
        if (statement.find_first_not_of(" \n") != std::string::npos) {
            statements.push_back(std::move(statement));
        }
        begin = end + 2;
    }
    return statements;
}

} // namespace

void run_in_steps(
    sql::Connection& connection, const Migration& migration, const std::function<void()>& record
) {
    const std::string title = std::string(migration.app) + "." + std::string(migration.name);
    const std::vector<std::string> statements = split(migration.sql(connection.dialect()));
    const std::array<Value, 2> key{migration.app, migration.name};

    connection.run_script(create_progress_table);
    const std::optional<std::int64_t> done =
        query_one(connection, select_progress, key, [](const Row& row) { return row.integer(0); });
    if (!done) {
        connection.execute(insert_progress, key);
    }
    const auto first = static_cast<std::size_t>(done.value_or(0));
    for (std::size_t i = first; i < statements.size(); ++i) {
        try {
            connection.run_script({title, statements[i]});
        } catch (const sql::Error& error) {
            // If it was interrupted, then between a statement and its record.
            if (!done || i != first || error.kind() != sql::ErrorKind::made_before) {
                throw;
            }
        }
        const std::array<Value, 3> values{
            static_cast<std::int64_t>(i + 1), migration.app, migration.name};
        connection.execute(update_progress, values);
    }
    sql::ScopedTransaction transaction(connection);
    record();
    connection.execute(delete_progress, key);
    transaction.commit();
}

void forget_progress(sql::Connection& connection) {
    if (table_names(connection).contains(std::string(progress_table))) {
        connection.run_script(
            {"drop drf_messages_server_progress", "DROP TABLE `drf_messages_server_progress`"}
        );
    }
}

} // namespace drf_messages::schema
