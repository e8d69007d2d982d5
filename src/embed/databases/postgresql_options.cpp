// SPDX-License-Identifier: MIT
#include "embed/databases/postgresql_options.hpp"

#include "text/ascii.hpp"
#include "text/nearest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace drf_messages::embed {
namespace {

using Table = SettingValue::Table;

/// What libpq takes, but for what DATABASES has keys for.
/// - PostgreSQL: libpq, "Parameter Key Words"
constexpr std::string_view libpq_names[] = {
    "application_name",
    "channel_binding",
    "connect_timeout",
    "fallback_application_name",
    "gssencmode",
    "gsslib",
    "hostaddr",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "krbsrvname",
    "options",
    "passfile",
    "requirepeer",
    "service",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "sslcert",
    "sslcompression",
    "sslcrl",
    "sslcrldir",
    "sslkey",
    "sslmode",
    "sslpassword",
    "sslrootcert",
    "sslsni",
    "target_session_attrs",
    "tcp_user_timeout",
};

/// What Django, psycopg or we ourselves take.
constexpr std::string_view other_names[] = {
    "assume_role",
    "client_encoding",
    "isolation_level",
    "pool",
    "prepare_threshold",
    "server_side_binding",
};

struct KeyOf {
    std::string_view option;
    std::string_view key;
};

constexpr KeyOf keys_of_database[] = {
    {"database", "NAME"},
    {"dbname", "NAME"},
    {"host", "HOST"},
    {"password", "PASSWORD"},
    {"port", "PORT"},
    {"user", "USER"},
};

constexpr std::string_view isolation_levels[] = {
    "read uncommitted", "read committed", "repeatable read", "serializable"};

/// Of psycopg_pool.ConnectionPool.
constexpr std::string_view pool_names[] = {
    "check",
    "max_idle",
    "max_lifetime",
    "max_size",
    "max_waiting",
    "min_size",
    "name",
    "num_workers",
    "open",
    "reconnect_timeout",
    "timeout"};

constexpr std::string_view default_name = "db.sqlite3"; // of DatabaseSettings

template<class Names>
bool has(const Names& names, std::string_view name) {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

class Options {
public:
    explicit Options(const DatabaseSettings& database) : database_(database) {}

    sql::PostgresqlOptions read();

private:
    void read_option(const std::string& name, const SettingValue& value);
    void read_pool(const SettingValue& value);
    void read_isolation_level(const SettingValue& value);
    std::optional<std::string> text_of(const std::string& name, const SettingValue& value);

    template<class... Arguments>
    void problem(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        problems_.push_back(
            "DATABASES.default." + fmt::format(format, std::forward<Arguments>(arguments)...)
        );
    }

    void set(const char* name, const std::string& value) {
        if (!value.empty()) {
            options_.parameters[name] = value;
        }
    }

    const DatabaseSettings& database_;
    sql::PostgresqlOptions options_;
    std::vector<std::string> problems_;
};

sql::PostgresqlOptions Options::read() {
    const bool by_service = database_.options.contains("service");
    if (database_.name != default_name) {
        set("dbname", database_.name);
    } else if (!by_service) {
        problem("NAME: the database's name is missing");
    }
    set("user", database_.user);
    set("password", database_.password);
    set("host", database_.host);
    set("port", database_.port);
    for (const auto& [name, value] : database_.options) {
        read_option(name, value);
    }
    if (!problems_.empty()) {
        throw std::invalid_argument(fmt::format("{}", fmt::join(problems_, "\n")));
    }
    return std::move(options_);
}

void Options::read_option(const std::string& name, const SettingValue& value) {
    if (has(libpq_names, name)) {
        if (const auto text = text_of(name, value)) {
            set(name.c_str(), *text);
        }
        return;
    }
    if (name == "isolation_level") {
        read_isolation_level(value);
    } else if (name == "pool") {
        read_pool(value);
    } else if (name == "assume_role") {
        options_.role = text_of(name, value).value_or("");
    } else if (name == "prepare_threshold") {
        // Of psycopg 3: None where a pooler forbids prepared statements.
        const auto* text = std::get_if<std::string>(&value.value);
        options_.behind_pooler = std::holds_alternative<std::monostate>(value.value) ||
                                 (text != nullptr && text->empty());
    } else if (name == "client_encoding") {
        const std::string encoding = text::lowered(text_of(name, value).value_or("utf8"));
        if (encoding != "utf8" && encoding != "utf-8" && encoding != "unicode") {
            problem("OPTIONS.client_encoding: must be \"UTF8\"");
        }
    } else if (name != "server_side_binding") {
        for (const KeyOf& known : keys_of_database) {
            if (known.option == name) {
                problem("OPTIONS.{}: is DATABASES.default.{}", name, known.key);
                return;
            }
        }
        std::vector<std::string> names(std::begin(libpq_names), std::end(libpq_names));
        names.insert(names.end(), std::begin(other_names), std::end(other_names));
        problem("OPTIONS.{}: is no option of PostgreSQL{}", name, text::suggestion(name, names));
    }
}

/// A table with the arguments of psycopg's pool, or true for its defaults.
/// - Django: db/backends/postgresql/base.py, DatabaseWrapper.pool (5.1)
void Options::read_pool(const SettingValue& value) {
    if (std::holds_alternative<bool>(value.value)) {
        return;
    }
    const auto* table = std::get_if<Table>(&value.value);
    if (table == nullptr) {
        problem("OPTIONS.pool: expected true, false or a table");
        return;
    }
    for (const auto& [name, argument] : *table) {
        if (!has(pool_names, name)) {
            const std::vector<std::string> names(std::begin(pool_names), std::end(pool_names));
            problem(
                "OPTIONS.pool.{}: is no argument of a pool{}", name, text::suggestion(name, names)
            );
        }
    }
    if (const auto* size = option<std::int64_t>(*table, "max_size")) {
        if (*size < 1 || *size > 10'000) {
            problem("OPTIONS.pool.max_size: expected 1 to 10000");
        } else {
            options_.own_connections = static_cast<std::size_t>(*size);
        }
    }
    double seconds = -1;
    if (const auto* whole = option<std::int64_t>(*table, "timeout")) {
        seconds = static_cast<double>(*whole);
    } else if (const auto* fraction = option<double>(*table, "timeout")) {
        seconds = *fraction;
    } else if (!table->contains("timeout")) {
        return;
    }
    if (!(seconds >= 0 && seconds <= 86'400)) {
        problem("OPTIONS.pool.timeout: expected 0 to 86400");
        return;
    }
    options_.wait_for_own = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

void Options::read_isolation_level(const SettingValue& value) {
    std::string level = text::lowered(text_of("isolation_level", value).value_or(""));
    std::replace(level.begin(), level.end(), '_', ' ');
    if (level.empty()) {
        return; // the server's own
    }
    if (!has(isolation_levels, level)) {
        problem(
            "OPTIONS.isolation_level: expected one of \"{}\"; psycopg's numbers depend on its "
            "version",
            fmt::join(isolation_levels, "\", \"")
        );
        return;
    }
    options_.isolation_level = level;
}

std::optional<std::string> Options::text_of(const std::string& name, const SettingValue& value) {
    if (const auto* text = std::get_if<std::string>(&value.value)) {
        if (text->find('\0') == std::string::npos) {
            return *text;
        }
    } else if (const auto* number = std::get_if<std::int64_t>(&value.value)) {
        return fmt::format("{}", *number);
    } else if (const auto* boolean = std::get_if<bool>(&value.value)) {
        return *boolean ? "1" : "0";
    } else if (std::holds_alternative<std::monostate>(value.value)) {
        return std::string();
    }
    problem("OPTIONS.{}: expected text or a number", name);
    return std::nullopt;
}

} // namespace

sql::PostgresqlOptions postgresql_options(const Settings& settings, const DatabaseUse& use) {
    Options reader(settings.database);
    sql::PostgresqlOptions options = reader.read();
    if (use.limit_statements) {
        constexpr std::chrono::seconds lock_timeout{10};
        constexpr std::chrono::seconds idle_in_transaction_timeout{60};
        options.statement_timeout = settings.server.statement_timeout;
        options.lock_timeout = lock_timeout;
        options.idle_in_transaction_timeout = idle_in_transaction_timeout;
    }
    // An operator's command needs one connection, and keeps its locks on it.
    if (use.at_once > 1) {
        constexpr std::size_t shared_connections = 2;
        options.shared_connections = shared_connections;
        options.max_age = settings.database.conn_max_age.value_or(options.max_age);
    }
    return options;
}

} // namespace drf_messages::embed
