// SPDX-License-Identifier: MIT
#include "sql/postgresql/open.hpp"

#include "sql/error.hpp"
#include "sql/postgresql/error.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::sql::postgresql {

namespace {

constexpr std::string_view open_name = "open the database";

/// So that a server that has vanished without a word is noticed within half a minute.
constexpr std::pair<const char*, const char*> defaults[] = {
    {"connect_timeout", "5"},
    {"keepalives_idle", "10"},
    {"keepalives_interval", "5"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "15000"},
    {"fallback_application_name", "drf-messages"},
};

struct ServerSetting {
    std::string_view name;
    std::string value;
};

std::vector<ServerSetting> timeouts(const PostgresqlOptions& options) {
    std::vector<ServerSetting> settings;
    const auto add = [&](std::string_view name, std::chrono::milliseconds time) {
        if (time.count() > 0) {
            settings.push_back({name, fmt::format("{}", time.count())});
        }
    };
    add("statement_timeout", options.statement_timeout);
    add("lock_timeout", options.lock_timeout);
    add("idle_in_transaction_session_timeout", options.idle_in_transaction_timeout);
    return settings;
}

/// `-c name=value` for each; a backslash protects blanks and backslashes.
std::string startup_options(const PostgresqlOptions& options, bool read_only) {
    std::string text;
    const auto add = [&text](std::string_view name, std::string_view value) {
        text.append(text.empty() ? "-c " : " -c ").append(name).append(1, '=');
        for (const char letter : value) {
            if (letter == ' ' || letter == '\\') {
                text += '\\';
            }
            text += letter;
        }
    };
    for (const ServerSetting& setting : timeouts(options)) {
        add(setting.name, setting.value);
    }
    if (!options.isolation_level.empty()) {
        add("default_transaction_isolation", options.isolation_level);
    }
    if (!options.role.empty()) {
        add("role", options.role);
    }
    // The last one counts: an operator may change the limits, but not how dates are written.
    if (const auto own = options.parameters.find("options"); own != options.parameters.end()) {
        text.append(" ").append(own->second);
    }
    add("DateStyle", "ISO");
    add("TimeZone", options.time_zone);
    if (read_only) {
        add("default_transaction_read_only", "on");
    }
    return text;
}

OwnedPgConnection connect(const PostgresqlOptions& options, const std::string& startup) {
    std::map<std::string, std::string> parameters(std::begin(defaults), std::end(defaults));
    for (const auto& [name, value] : options.parameters) {
        parameters[name] = value;
    }
    parameters["client_encoding"] = "UTF8";
    parameters["options"] = startup;
    std::vector<const char*> names;
    std::vector<const char*> values;
    for (const auto& [name, value] : parameters) {
        if (!value.empty()) {
            names.push_back(name.c_str());
            values.push_back(value.c_str());
        }
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    OwnedPgConnection connection(libpq().PQconnectdbParams(names.data(), values.data(), 0));
    if (connection) {
        libpq().PQsetNoticeProcessor(
            connection.get(), [](void*, const char*) {}, nullptr
        );
    }
    return connection;
}

bool is_connected(const OwnedPgConnection& connection) {
    return connection && libpq().PQstatus(connection.get()) == CONNECTION_OK;
}

/// PgBouncer does not know the parameter unless ignore_startup_parameters names it.
bool refuses_options(const OwnedPgConnection& connection) {
    const std::string_view message = connection ? libpq().PQerrorMessage(connection.get()) : "";
    return message.find("unsupported startup parameter") != std::string_view::npos;
}

/// Whether the server has answered, though with a refusal: libpq puts its severity before its text,
/// with two blanks between, in whatever language.
bool is_servers_refusal(const Error& error) {
    return std::string_view(error.what()).find(":  ") != std::string_view::npos;
}

/// Whether it has refused because it has as many connections as it may.
/// - text: what it said; PgBouncer, whose code says less, says so in English.
/// - coded: what it said where libpq is to show the code alone.
bool is_for_their_number(std::string_view text, std::string_view coded) {
    return error_kind(coded.substr(coded.rfind(' ') + 1)) == ErrorKind::too_many_connections ||
           text.find("no more connections allowed") != std::string_view::npos;
}

/// Once more, where the server has refused: libpq shows the code of a refusal only to who has asked
/// for it before, and the text is in a language of the server's. Throws unless this succeeds.
void connect_again(PGconn* connection) {
    const Error refusal = connection_error(connection, open_name);
    if (!is_servers_refusal(refusal)) {
        throw refusal;
    }
    libpq().PQsetErrorVerbosity(connection, PQERRORS_SQLSTATE);
    libpq().PQreset(connection);
    libpq().PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
    if (libpq().PQstatus(connection) == CONNECTION_OK) {
        return;
    }
    const Error coded = connection_error(connection, open_name);
    if (!is_for_their_number(refusal.what(), coded.what())) {
        throw refusal;
    }
    const std::string_view text = refusal.what();
    throw Error(ErrorKind::too_many_connections, open_name, {}, text.substr(open_name.size() + 2));
}

/// Whether somebody else answers than the server process that we were told of: a pooler makes up
/// that number.
bool is_pooled(PGconn* connection) {
    const OwnedResult result(libpq().PQexec(connection, "SELECT pg_backend_pid()"));
    if (libpq().PQresultStatus(result.get()) != PGRES_TUPLES_OK) {
        throw connection_error(connection, open_name);
    }
    return std::atoi(libpq().PQgetvalue(result.get(), 0, 0)) != libpq().PQbackendPID(connection);
}

/// PgBouncer keeps these two for each client.
void set_dates(PGconn* connection, const PostgresqlOptions& options) {
    const std::string text =
        fmt::format("SET DateStyle = 'ISO'; SET TimeZone = '{}'", options.time_zone);
    const OwnedResult result(libpq().PQexec(connection, text.c_str()));
    if (libpq().PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
        throw connection_error(connection, open_name);
    }
}

} // namespace

OpenedConnection open_connection(const PostgresqlOptions& options, bool read_only) {
    OpenedConnection opened;
    opened.connection = connect(options, startup_options(options, read_only));
    if (!is_connected(opened.connection) && refuses_options(opened.connection) &&
        !options.parameters.contains("options")) {
        opened.pooled = true;
        opened.connection = connect(options, {});
    }
    PGconn* const connection = opened.connection.get();
    if (!is_connected(opened.connection)) {
        connect_again(connection);
    }
    opened.pooled = opened.pooled || options.behind_pooler || is_pooled(connection);
    if (opened.pooled) {
        if (!options.role.empty()) {
            throw Error(
                ErrorKind::other,
                open_name,
                {},
                "a role cannot be assumed behind a pooler; let USER be a member that has it"
            );
        }
        set_dates(connection, options);
    }
    return opened;
}

std::string usual_timeout_text(const PostgresqlOptions& options, bool pooled) {
    const auto own = options.statement_timeout.count();
    return fmt::format(
        "SET LOCAL statement_timeout = {}", pooled && own > 0 ? fmt::format("{}", own) : "DEFAULT"
    );
}

std::string begin_text(const PostgresqlOptions& options, bool pooled) {
    std::string text = "BEGIN";
    if (!options.isolation_level.empty()) {
        text += " ISOLATION LEVEL " + options.isolation_level;
    }
    if (pooled) {
        for (const ServerSetting& setting : timeouts(options)) {
            text += fmt::format("; SET LOCAL {} = {}", setting.name, setting.value);
        }
    }
    return text;
}

} // namespace drf_messages::sql::postgresql
