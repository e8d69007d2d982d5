// SPDX-License-Identifier: MIT
#include "schema/access.hpp"

#include "schema/access_of_servers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace drf_messages::schema {
namespace {

using sql::Dialect;

struct PrivilegeWords {
    std::string_view name;
    std::string_view verb;
};

constexpr PrivilegeWords privileges[] = {
    {"SELECT", "read"},
    {"INSERT", "insert into"},
    {"UPDATE", "update"},
    {"DELETE", "delete from"},
};

const PrivilegeWords& words_of(Privilege privilege) {
    return privileges[static_cast<std::size_t>(privilege)];
}

using Privileges = std::set<Privilege>;

std::map<std::string, Privileges> by_table(std::span<const Need> needs) {
    std::map<std::string, Privileges> tables;
    for (const Need& need : needs) {
        tables[need.table].insert(need.privilege);
    }
    return tables;
}

/// "read drf_messages_message, auth_user; and not update, delete from authtoken_token"
std::string what_is_refused(std::span<const Need> needs) {
    std::map<Privileges, std::vector<std::string>> tables;
    for (auto& [table, lacking] : by_table(needs)) {
        // Who may not read a table is told no more about it.
        tables[lacking.contains(Privilege::select) ? Privileges{Privilege::select} : lacking]
            .push_back(table);
    }
    std::vector<std::string> parts;
    parts.reserve(tables.size());
    for (const auto& [lacking, names] : tables) {
        std::vector<std::string_view> verbs;
        verbs.reserve(lacking.size());
        for (const Privilege privilege : lacking) {
            verbs.push_back(words_of(privilege).verb);
        }
        parts.push_back(fmt::format("{} {}", fmt::join(verbs, ", "), fmt::join(names, ", ")));
    }
    return fmt::format("{}", fmt::join(parts, "; and not "));
}

std::string privilege_list(const Privileges& wanted) {
    std::vector<std::string_view> names;
    names.reserve(wanted.size());
    for (const Privilege privilege : wanted) {
        names.push_back(words_of(privilege).name);
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

/// GRANT for all that is needed of the tables of which something is lacking.
std::string grants(
    sql::Connection& connection,
    std::span<const Need> needs,
    std::span<const Need> lacking,
    const std::string& account
) {
    const auto wanted = by_table(needs);
    std::map<std::string, std::vector<std::string>> tables;
    for (const auto& [table, ignored] : by_table(lacking)) {
        tables[privilege_list(wanted.at(table))].push_back(
            connection.dialect() == Dialect::mariadb ? mariadb_table(connection, table)
                                                     : postgresql_table(connection, table)
        );
    }
    std::vector<std::string> statements;
    for (const auto& [list, names] : tables) {
        if (connection.dialect() == Dialect::postgresql) {
            statements.push_back(
                fmt::format("GRANT {} ON {} TO {}", list, fmt::join(names, ", "), account)
            );
            continue;
        }
        for (const std::string& name : names) { // MariaDB takes one table at a time
            statements.push_back(fmt::format("GRANT {} ON {} TO {}", list, name, account));
        }
    }
    return fmt::format("{}", fmt::join(statements, "; "));
}

std::string account_of(sql::Connection& connection) {
    return connection.dialect() == Dialect::mariadb ? mariadb_account(connection)
                                                    : postgresql_account(connection);
}

std::optional<Refusal> sqlite_write_refusal(sql::Connection& connection) {
    bool only_reads = false;
    connection.query({"ask whether to write", "PRAGMA query_only"}, {}, [&](const sql::Row& row) {
        only_reads = row.boolean(0);
    });
    return only_reads ? std::optional(Refusal{
                            "",
                            "may only be read: its connections have query_only",
                            "take it out of DATABASES.default.OPTIONS.init_command"})
                      : std::nullopt;
}

/// What stands between two texts; empty without them.
std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
    const auto at = text.find(before);
    if (at == std::string_view::npos) {
        return {};
    }
    text.remove_prefix(at + before.size());
    const auto end = text.find(after);
    return end == std::string_view::npos ? std::string_view() : text.substr(0, end);
}

} // namespace

std::string_view privilege_name(Privilege privilege) {
    return words_of(privilege).name;
}

std::optional<Refusal> find_refusal(sql::Connection& connection, std::span<const Need> needs) {
    Lacking lacking;
    switch (connection.dialect()) {
    case Dialect::sqlite:
        return std::nullopt;
    case Dialect::postgresql:
        lacking = lacking_on_postgresql(connection, needs);
        break;
    case Dialect::mariadb:
        lacking = lacking_on_mariadb(connection, needs);
        break;
    }
    if (lacking.needs.empty() && lacking.sequences.empty() && lacking.hidden_schema.empty()) {
        return std::nullopt;
    }
    const std::string account = account_of(connection);
    const bool has_roles = connection.dialect() == Dialect::postgresql;
    Refusal refusal{(has_roles ? "role " : "account ") + account, "", ""};
    const auto add = [&](const std::string& what, const std::string& remedy) {
        refusal.what += (refusal.what.empty() ? "may not " : "; and not ") + what;
        refusal.remedy += (refusal.remedy.empty() ? "" : "; ") + remedy;
    };
    if (!lacking.hidden_schema.empty()) {
        add("use the schema " + lacking.hidden_schema + ", in which the tables are",
            fmt::format(
                "GRANT USAGE ON SCHEMA {} TO {}", postgresql_name(lacking.hidden_schema), account
            ));
    }
    if (!lacking.needs.empty()) {
        add(what_is_refused(lacking.needs), grants(connection, needs, lacking.needs, account));
    }
    if (!lacking.sequences.empty()) {
        const std::string names = fmt::format("{}", fmt::join(lacking.sequences, ", "));
        add("take numbers for new rows from " + names,
            fmt::format("GRANT USAGE ON SEQUENCE {} TO {}", names, account));
    }
    return refusal;
}

std::optional<Refusal> find_write_refusal(sql::Connection& connection) {
    switch (connection.dialect()) {
    case Dialect::sqlite:
        return sqlite_write_refusal(connection);
    case Dialect::postgresql:
        return postgresql_write_refusal(connection);
    case Dialect::mariadb:
        return mariadb_write_refusal(connection);
    }
    return std::nullopt;
}

std::optional<Refusal>
refused_database(std::string_view error, const std::string& database, const std::string& user) {
    // The servers' own words, in English; in another language the error has to do.
    if (const auto account = between(error, "Access denied for user ", " to database");
        !account.empty()) {
        return Refusal{
            fmt::format("account {}", account),
            fmt::format("may not use the database {}", database),
            fmt::format(
                "GRANT SELECT, INSERT, UPDATE, DELETE ON {}.* TO {}",
                mariadb_name(database),
                account
            )};
    }
    if (error.find("permission denied for database ") != std::string_view::npos) {
        return Refusal{
            fmt::format("role {}", user),
            fmt::format("may not connect to the database {}", database),
            fmt::format(
                "GRANT CONNECT ON DATABASE {} TO {}",
                postgresql_name(database),
                postgresql_name(user)
            )};
    }
    return std::nullopt;
}

bool refuses_login(std::string_view error) {
    // As above: in another language it is taken for a server that is not ready.
    constexpr std::string_view refusals[] = {
        "Access denied for user ",
        "permission denied for database ",
        "password authentication failed",
        "no password supplied",
        "no pg_hba.conf entry",
        "is not permitted to log in",
    };
    const bool has_no_role = error.find("role \"") != std::string_view::npos &&
                             error.find("\" does not exist") != std::string_view::npos;
    return has_no_role || std::ranges::any_of(refusals, [&](std::string_view words) {
               return error.find(words) != std::string_view::npos;
           });
}

} // namespace drf_messages::schema
