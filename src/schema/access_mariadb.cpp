// SPDX-License-Identifier: MIT
#include "schema/access_of_servers.hpp"
#include "sql/error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

namespace drf_messages::schema {
namespace {

constexpr std::string_view prevented = "1290";    // ER_OPTION_PREVENTS_STATEMENT
constexpr std::string_view in_read_only = "1792"; // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION

/// In quotes that ANSI_QUOTES makes the standard's.
std::string quoted(std::string_view name) {
    std::string text = "\"";
    for (const char c : name) {
        text += c == '"' ? "\"\"" : std::string(1, c);
    }
    return text + "\"";
}

std::string columns_of(const Need& need, std::string_view table) {
    std::string list;
    for (const std::string& column : need.columns) {
        list += list.empty() ? "" : ", ";
        list += table.empty() ? quoted(column) : fmt::format("{}.{}", table, quoted(column));
    }
    return list.empty() ? "1" : list;
}

/// A statement that needs the privilege and does nothing: what writes is only explained, and never
/// has a row.
std::string attempt_text(const Need& need) {
    const std::string table = quoted(need.table);
    const std::string columns = columns_of(need, "");
    switch (need.privilege) {
    case Privilege::select:
        return fmt::format("SELECT {} FROM {} WHERE 1 = 0", columns, table);
    case Privilege::insert:
        return fmt::format(
            "EXPLAIN INSERT INTO {0} ({1}) SELECT {1} FROM {0} WHERE 1 = 0", table, columns
        );
    case Privilege::update: {
        std::vector<std::string> changes;
        changes.reserve(need.columns.size());
        for (const std::string& column : need.columns) {
            changes.push_back(fmt::format("{0} = {0}", quoted(column)));
        }
        return fmt::format("EXPLAIN UPDATE {} SET {} WHERE 1 = 0", table, fmt::join(changes, ", "));
    }
    case Privilege::remove:
        return fmt::format("EXPLAIN DELETE FROM {} WHERE 1 = 0", table);
    }
    return {};
}

enum class Outcome { allowed, denied, locked, unknown };

Outcome attempt(sql::Connection& connection, const std::string& text) {
    try {
        connection.query({"try a privilege", text}, {}, [](const sql::Row&) {});
        return Outcome::allowed;
    } catch (const sql::Error& error) {
        switch (error.kind()) {
        case sql::ErrorKind::denied:
            return Outcome::denied;
        case sql::ErrorKind::busy:
        case sql::ErrorKind::timed_out:
            return Outcome::locked;
        case sql::ErrorKind::connection_lost:
            throw;
        default:
            return Outcome::unknown;
        }
    }
}

/// One statement for all that is only read.
std::string attempt_to_read(std::span<const Need> needs) {
    std::string columns;
    std::string tables;
    for (std::size_t i = 0; i < needs.size(); ++i) {
        if (needs[i].privilege == Privilege::select) {
            const std::string alias = fmt::format("t{}", i);
            columns += (columns.empty() ? "" : ", ") + columns_of(needs[i], alias);
            tables +=
                fmt::format("{}{} {}", tables.empty() ? "" : ", ", quoted(needs[i].table), alias);
        }
    }
    return fmt::format("SELECT {} FROM {} WHERE 1 = 0", columns, tables);
}

/// While it lives, the connection waits for no table. Whoever changes one lets nobody in meanwhile:
/// that is no answer, and not to be waited for. MySQL's least wait is a second.
class NotWaiting {
public:
    explicit NotWaiting(sql::Connection& connection) : connection_(connection) {
        connection.run_script(
            {"limit the wait",
             "SET @drf_messages_wait = @@SESSION.lock_wait_timeout, SESSION lock_wait_timeout = 0"}
        );
    }
    NotWaiting(const NotWaiting&) = delete;
    NotWaiting& operator=(const NotWaiting&) = delete;
    ~NotWaiting() {
        try {
            connection_.run_script(
                {"wait as before", "SET SESSION lock_wait_timeout = @drf_messages_wait"}
            );
        } catch (...) {
            // Fails only if the connection is useless anyway.
        }
    }

private:
    sql::Connection& connection_;
};

bool is_set(sql::Connection& connection, std::string_view text) {
    bool on = false;
    connection.query({"select a variable", text}, {}, [&](const sql::Row& row) {
        on = on || row.text(1) == "ON";
    });
    return on;
}

void explain_transactions(sql::Connection& connection, Refusal& refusal) {
    refusal.what += ": transactions are read-only (tx_read_only)";
    for (const std::string_view name : {"tx_read_only", "transaction_read_only"}) {
        if (is_set(connection, fmt::format("SHOW GLOBAL VARIABLES LIKE '{}'", name))) {
            refusal.remedy = fmt::format("SET GLOBAL {} = OFF", name);
            return;
        }
    }
    refusal.remedy = "take it out of DATABASES.default.OPTIONS.init_command, or of the server's "
                     "init_connect";
}

void explain(sql::Connection& connection, const sql::Error& error, Refusal& refusal) {
    if (error.code() == in_read_only) {
        explain_transactions(connection, refusal);
    } else if (error.code() == prevented) {
        const bool super = std::string_view(error.what()).find("super") != std::string_view::npos;
        refusal.what += super ? ": its server is super_read_only" : ": its server is read_only";
        refusal.remedy = fmt::format(
            "let DATABASES.default.HOST name the primary or, if that is it: SET GLOBAL {} = OFF",
            super ? "super_read_only = OFF, GLOBAL read_only" : "read_only"
        );
    } else {
        refusal.what += ": its server has the tables for reading only";
    }
}

} // namespace

Lacking lacking_on_mariadb(sql::Connection& connection, std::span<const Need> needs) {
    const NotWaiting not_waiting(connection);
    const Outcome reading = attempt(connection, attempt_to_read(needs));
    Lacking lacking;
    for (const Need& need : needs) {
        if (reading == Outcome::allowed && need.privilege == Privilege::select) {
            continue;
        }
        const Outcome outcome =
            reading == Outcome::locked ? reading : attempt(connection, attempt_text(need));
        if (outcome == Outcome::locked) {
            return {};
        }
        if (outcome == Outcome::denied) {
            lacking.needs.push_back(need);
        }
    }
    return lacking;
}

std::string mariadb_account(sql::Connection& connection) {
    const std::string account = sql::query_one(
                                    connection,
                                    {"select the account", "SELECT CURRENT_USER()"},
                                    {},
                                    [](const sql::Row& row) { return std::string(row.text(0)); }
    ).value_or("");
    const auto at = std::min(account.rfind('@'), account.size());
    return fmt::format(
        "'{}'@'{}'", account.substr(0, at), account.substr(std::min(at + 1, account.size()))
    );
}

std::string mariadb_name(const std::string& name) {
    const auto is_plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
    return !name.empty() && std::all_of(name.begin(), name.end(), is_plain)
               ? name
               : fmt::format("`{}`", name);
}

std::string mariadb_table(sql::Connection& connection, const std::string& table) {
    const auto database = sql::query_one(
        connection,
        {"select the database", "SELECT DATABASE()"},
        {},
        [](const sql::Row& row) { return std::string(row.text(0)); }
    );
    return mariadb_name(database.value_or("")) + "." + mariadb_name(table);
}

std::optional<Refusal> mariadb_write_refusal(sql::Connection& connection) {
    const NotWaiting not_waiting(connection);
    try {
        connection.execute(
            {"ask whether to write",
             "UPDATE drf_messages_message SET read_at = read_at WHERE 1 = 0"}
        );
    } catch (const sql::Error& error) {
        if (error.kind() == sql::ErrorKind::connection_lost) {
            throw;
        }
        if (error.kind() == sql::ErrorKind::read_only) {
            Refusal refusal{"", "may only be read", ""};
            explain(connection, error, refusal);
            return refusal;
        }
    }
    return std::nullopt;
}

} // namespace drf_messages::schema
