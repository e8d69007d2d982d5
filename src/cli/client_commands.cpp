// SPDX-License-Identifier: MIT
#include "cli/client_commands.hpp"

#include "embed/databases/client_arguments.hpp"
#include "embed/databases/database.hpp"
#include "model/beside_django.hpp"
#include "schema/access_of_servers.hpp"
#include "schema/feed.hpp"
#include "schema/owner.hpp"
#include "schema/tables.hpp"
#include "text/shell_word.hpp"

#include <fmt/format.h>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::cli {
namespace {

using text::shell_word;

/// The programs of a database, and the words that each needs beside the connection.
struct Programs {
    std::string_view dump;
    std::string_view password; ///< where they find it
};

constexpr Programs of_postgresql = {
    "pg_dump --format=custom", "PGPASSWORD or ~/.pgpass; without both it is asked for"};
/// - Triggers come back by `live on`: a dump would name the account that made them.
constexpr Programs of_mariadb = {"mariadb-dump", "MYSQL_PWD or ~/.my.cnf"};
constexpr std::string_view options_of_mariadb_dump =
    "--single-transaction --skip-triggers --skip-add-locks --no-tablespaces";

bool is_postgresql(const sql::Connection& connection) {
    return connection.dialect() == sql::Dialect::postgresql;
}

bool is_of_site(const Context& context, sql::Connection& connection) {
    return is_beside_django(context.settings) ||
           schema::owner_of(connection) == schema::Owner::site;
}

/// No option, whatever its name begins with.
std::string file_word(const std::string& file) {
    return shell_word(file.starts_with('-') ? "./" + file : file);
}

std::string connection_words(const Context& context) {
    std::string words;
    for (const std::string& argument : embed::client_arguments(context.settings)) {
        words += " " + shell_word(argument);
    }
    return words;
}

std::string dump_command(const Context& context, sql::Connection& connection, bool is_site) {
    const auto tables = schema::tables_to_keep(connection, is_site);
    std::string command;
    if (is_postgresql(connection)) {
        command = std::string(of_postgresql.dump) + connection_words(context);
        for (const std::string& table : tables) {
            command += " " + shell_word("--table=" + schema::postgresql_table(connection, table));
        }
        return command;
    }
    command = fmt::format(
        "{}{} {} {}",
        of_mariadb.dump,
        connection_words(context),
        options_of_mariadb_dump,
        shell_word(context.settings.database.name)
    );
    for (const std::string& table : tables) {
        command += " " + shell_word(table);
    }
    return command;
}

std::string
load_command(const Context& context, sql::Connection& connection, const std::string& file) {
    if (is_postgresql(connection)) {
        return fmt::format(
            "pg_restore --list {0} | grep -v ' TRIGGER ' |\n"
            "pg_restore --use-list=/dev/stdin --clean --if-exists --no-owner --single-transaction"
            "{1} {0}",
            file,
            connection_words(context)
        );
    }
    return fmt::format(
        "tail -n 1 {0} | grep 'Dump completed' &&\nmariadb{1} {2} < {0}",
        file,
        connection_words(context),
        shell_word(context.settings.database.name)
    );
}

void say_where_passwords_are(const Context& context, const sql::Connection& connection) {
    if (!context.settings.database.password.empty()) {
        context.world.out << "# The password is taken from "
                          << (is_postgresql(connection) ? of_postgresql : of_mariadb).password
                          << ".\n";
    }
}

/// - done: "copied" or "restored".
int end(const Context& context, bool print, std::string_view done) {
    if (print) {
        return 0;
    }
    context.world.out << std::flush;
    throw Failure(fmt::format(
        "nothing was {}: the programs of the server of database {} do that; run what is printed "
        "above, or add --print and pass it to sh",
        done,
        context.settings.database.name
    ));
}

} // namespace

int print_backup_commands(Context& context, const BackupArguments& arguments) {
    const auto connection = embed::database_connections(context.settings, {})();
    const bool is_site = is_of_site(context, *connection);
    std::ostream& out = context.world.out;
    if (is_site) {
        out << "# The database is a Django site's. Its own backup is better: it has the users and "
               "sessions\n# without which no message can be put back. These are the tables of "
               "messages alone.\n";
    }
    say_where_passwords_are(context, *connection);
    const std::string command = dump_command(context, *connection, is_site);
    out
        << (arguments.file == "-"
                ? command + "\n"
                : fmt::format("(umask 077; set -C; {} > {})\n", command, file_word(arguments.file))
           );
    return end(context, arguments.print, "copied");
}

int print_restore_commands(Context& context, const RestoreArguments& arguments) {
    if (arguments.file == "-") {
        throw Failure("name the file: the programs of a database's server read it twice");
    }
    const auto connection = embed::database_connections(context.settings, {})();
    std::ostream& out = context.world.out;
    out << "# Stop every server first: this replaces the tables of database "
        << shell_word(context.settings.database.name) << ".\n";
    if (!is_postgresql(*connection)) {
        out << "# MariaDB does it table by table: after a failure run it again.\n";
    }
    say_where_passwords_are(context, *connection);
    out << load_command(context, *connection, file_word(arguments.file)) << " &&\n"
        << migrate_command(context);
    // Its triggers and a new epoch.
    if (context.settings.messages_extensions.need_feed() || schema::has_part_of_feed(*connection)) {
        out << " &&\ndrf-messages live on" << settings_option(context);
    }
    out << '\n';
    return end(context, arguments.print, "restored");
}

} // namespace drf_messages::cli
