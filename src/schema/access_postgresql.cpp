// SPDX-License-Identifier: MIT
#include "schema/access_of_servers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace drf_messages::schema {
namespace {

std::string literal(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text) {
        quoted += c == '\'' ? "''" : std::string(1, c);
    }
    return quoted + "'";
}

std::string names(const std::vector<std::string>& columns) {
    std::string list;
    for (const std::string& column : columns) {
        list += (list.empty() ? "" : ", ") + literal(column);
    }
    return "ARRAY[" + list + "]::name[]";
}

/// One question about all needs: each that is lacking by its number, and, where our tables are not
/// seen, the schema of the search path that has them and is closed to the role. It reads the
/// catalogue alone, so that it waits for nobody's lock.
std::string lacking_query(std::span<const Need> needs) {
    std::string values;
    for (std::size_t i = 0; i < needs.size(); ++i) {
        values += fmt::format(
            "{}({}, {}, {}, {})",
            i == 0 ? "" : ", ",
            i,
            literal(needs[i].table),
            literal(privilege_name(needs[i].privilege)),
            names(needs[i].columns)
        );
    }
    return fmt::format(
        "SELECT n.number, '' FROM (VALUES {}) AS n (number, name, privilege, columns)"
        " CROSS JOIN LATERAL (SELECT to_regclass(quote_ident(n.name)) AS id) AS t"
        " WHERE t.id IS NOT NULL AND NOT has_table_privilege(t.id, n.privilege)"
        " AND (cardinality(n.columns) = 0 OR EXISTS (SELECT 1 FROM pg_attribute a"
        " WHERE a.attrelid = t.id AND a.attname = ANY (n.columns)"
        " AND NOT has_column_privilege(t.id, a.attnum, n.privilege)))"
        " UNION ALL SELECT -1, s.nspname::text FROM pg_namespace s"
        " WHERE NOT has_schema_privilege(s.oid, 'USAGE') AND s.nspname::text IN"
        " (SELECT replace(trim(BOTH ' \"' FROM p), '$user', current_user)"
        " FROM unnest(string_to_array(current_setting('search_path'), ',')) AS p)"
        " AND to_regclass('drf_messages_message') IS NULL"
        " AND EXISTS (SELECT 1 FROM pg_class c WHERE c.relnamespace = s.oid"
        " AND c.relname = 'drf_messages_message')",
        values
    );
}

/// Those that the defaults of a table's columns use. Identity columns need no privilege, and have
/// no default.
void add_sequences(
    sql::Connection& connection, const std::string& table, std::vector<std::string>& lacking
) {
    const std::array<sql::Value, 1> values{std::string_view(table)};
    connection.query(
        {"select missing privileges on sequences",
         "SELECT DISTINCT CASE n.nspname WHEN 'public' THEN '' ELSE quote_ident(n.nspname) || '.'"
         " END || quote_ident(s.relname) FROM pg_attrdef d"
         " JOIN pg_depend p ON p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid"
         " AND p.refclassid = 'pg_class'::regclass"
         " JOIN pg_class s ON s.oid = p.refobjid JOIN pg_namespace n ON n.oid = s.relnamespace"
         " WHERE d.adrelid = to_regclass(quote_ident(?))"
         " AND CASE s.relkind WHEN 'S' THEN NOT has_sequence_privilege(s.oid, 'USAGE, UPDATE')"
         " ELSE false END"},
        values,
        [&](const sql::Row& row) { lacking.emplace_back(row.text(0)); }
    );
}

/// Where default_transaction_read_only was set, as pg_settings calls it.
struct Source {
    std::string_view name;
    std::string_view words;
    std::string_view remedy; ///< {0}: the database, {1}: the role
};

/// Whoever mends it may be under that setting himself.
constexpr Source sources[] = {
    {"database",
     "for the database",
     "BEGIN READ WRITE; ALTER DATABASE {0} RESET default_transaction_read_only; COMMIT"},
    {"user",
     "for the role",
     "BEGIN READ WRITE; ALTER ROLE {1} RESET default_transaction_read_only; COMMIT"},
    {"database user",
     "for the role in this database",
     "BEGIN READ WRITE; ALTER ROLE {1} IN DATABASE {0} RESET default_transaction_read_only; "
     "COMMIT"},
    {"global",
     "for all roles",
     "BEGIN READ WRITE; ALTER ROLE ALL RESET default_transaction_read_only; COMMIT"},
    {"client", "by the connection's options", "take it out of DATABASES.default.OPTIONS.options"},
    {"command line", "by the server's command line", "start the server without that option"},
    {"",
     "for the server",
     "ALTER SYSTEM SET default_transaction_read_only = off; SELECT pg_reload_conf()"},
};

} // namespace

Lacking lacking_on_postgresql(sql::Connection& connection, std::span<const Need> needs) {
    const std::string text = lacking_query(needs);
    Lacking lacking;
    connection.query({"select missing privileges", text}, {}, [&](const sql::Row& row) {
        if (row.integer(0) < 0) {
            lacking.hidden_schema = row.text(1);
        } else {
            lacking.needs.push_back(needs[static_cast<std::size_t>(row.integer(0))]);
        }
    });
    for (const Need& need : needs) {
        if (need.privilege == Privilege::insert) {
            add_sequences(connection, need.table, lacking.sequences);
        }
    }
    return lacking;
}

std::string postgresql_account(sql::Connection& connection) {
    const auto name = sql::query_one(
        connection,
        {"select the role", "SELECT quote_ident(current_user)"},
        {},
        [](const sql::Row& row) { return std::string(row.text(0)); }
    );
    return name.value_or("");
}

std::string postgresql_name(const std::string& name) {
    const auto is_plain = [](unsigned char c) {
        return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '_';
    };
    if (!name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
        std::all_of(name.begin(), name.end(), is_plain)) {
        return name;
    }
    std::string quoted = "\"";
    for (const char c : name) {
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    }
    return quoted + "\"";
}

std::string postgresql_table(sql::Connection& connection, const std::string& table) {
    const std::array<sql::Value, 1> values{std::string_view(table)};
    const auto name = sql::query_one(
        connection,
        {"select the schema of a table",
         "SELECT CASE n.nspname WHEN 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END ||"
         " quote_ident(c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
         " WHERE c.oid = to_regclass(quote_ident(?))"},
        values,
        [](const sql::Row& row) { return std::string(row.text(0)); }
    );
    return name.value_or(postgresql_name(table));
}

std::optional<Refusal> postgresql_write_refusal(sql::Connection& connection) {
    bool read_only = false;
    connection.query(
        {"ask whether to write", "SELECT current_setting('transaction_read_only') = 'on'"},
        {},
        [&](const sql::Row& row) { read_only = row.boolean(0); }
    );
    if (!read_only) {
        return std::nullopt;
    }
    Refusal refusal{"", "may only be read", ""};
    connection.query(
        {"ask why not to write",
         "SELECT quote_ident(current_database()), quote_ident(session_user), pg_is_in_recovery(),"
         " s.source FROM pg_settings s WHERE s.name = 'default_transaction_read_only'"},
        {},
        [&](const sql::Row& row) {
            const std::string database(row.text(0));
            if (row.boolean(2)) {
                refusal.what += ": its server is a standby";
                refusal.remedy = "let DATABASES.default.HOST name the primary, or promote it: "
                                 "SELECT pg_promote()";
                return;
            }
            const auto* const source =
                std::find_if(std::begin(sources), std::end(sources) - 1, [&](const Source& known) {
                    return known.name == row.text(3);
                });
            refusal.what += fmt::format(": default_transaction_read_only is on {}", source->words);
            refusal.remedy = fmt::format(fmt::runtime(source->remedy), database, row.text(1));
        }
    );
    return refusal;
}

} // namespace drf_messages::schema
