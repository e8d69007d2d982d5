// SPDX-License-Identifier: MIT
#include "embed/databases/postgresql_options.hpp"

#include "model/option_values.hpp"
#include "model/site_time.hpp"
#include "text/ascii.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::embed {
namespace {

using model::OptionValues;

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
const std::vector<std::string> pool_names = {
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
    void read_option(const std::string& name);
    void read_pool();
    void read_isolation_level();
    void check_client_encoding() const;
    void check_name(const std::string& name) const;

    std::string text_of(const std::string& name) const {
        return values_.text_or_number(name).value_or("");
    }

    /// What a step refuses is one problem of several: the next step follows.
    template<class Step>
    void attempt(const Step& step) {
        try {
            step();
        } catch (const std::invalid_argument& problem) {
            problems_.emplace_back(problem.what());
        }
    }

    void set(const char* name, const std::string& value) {
        if (!value.empty()) {
            options_.parameters[name] = value;
        }
    }

    const DatabaseSettings& database_;
    OptionValues values_{
        "DATABASES.default.OPTIONS", database_.options, ": is no option of PostgreSQL"};
    sql::PostgresqlOptions options_;
    std::vector<std::string> problems_;
};

sql::PostgresqlOptions Options::read() {
    if (database_.name != default_name) {
        set("dbname", database_.name);
    } else if (!values_.has("service")) {
        problems_.emplace_back("DATABASES.default.NAME: the database's name is missing");
    }
    set("user", database_.user);
    set("password", database_.password);
    set("host", database_.host);
    set("port", database_.port);
    for (const auto& option : database_.options) {
        attempt([&] { read_option(option.first); });
    }
    if (!problems_.empty()) {
        throw std::invalid_argument(fmt::format("{}", fmt::join(problems_, "\n")));
    }
    return std::move(options_);
}

void Options::read_option(const std::string& name) {
    if (has(libpq_names, name)) {
        set(name.c_str(), text_of(name));
    } else if (name == "isolation_level") {
        read_isolation_level();
    } else if (name == "pool") {
        read_pool();
    } else if (name == "assume_role") {
        options_.role = text_of(name);
    } else if (name == "prepare_threshold") {
        // Of psycopg 3: None where a pooler forbids prepared statements.
        const auto* text = values_.find_as<std::string>(name);
        options_.behind_pooler =
            values_.find(name) == nullptr || (text != nullptr && text->empty());
    } else if (name == "client_encoding") {
        check_client_encoding();
    } else if (name != "server_side_binding") {
        check_name(name);
    }
}

void Options::check_name(const std::string& name) const {
    for (const KeyOf& known : keys_of_database) {
        if (known.option == name) {
            values_.refuse(name, fmt::format("is DATABASES.default.{}", known.key));
        }
    }
    std::vector<std::string> names(std::begin(libpq_names), std::end(libpq_names));
    names.insert(names.end(), std::begin(other_names), std::end(other_names));
    values_.allow(name, names);
}

/// A table with the arguments of psycopg's pool, or true for its defaults.
/// - Django: db/backends/postgresql/base.py, DatabaseWrapper.pool (5.1)
void Options::read_pool() {
    if (values_.find_as<bool>("pool") != nullptr) {
        return;
    }
    const auto* table = values_.find_as<SettingValue::Table>("pool");
    if (table == nullptr) {
        values_.refuse("pool", "expected true, false or a table");
    }
    const OptionValues pool("DATABASES.default.OPTIONS.pool", *table, ": is no argument of a pool");
    for (const auto& argument : *table) {
        attempt([&] { pool.allow(argument.first, pool_names); });
    }
    attempt([&] {
        if (const auto* size = pool.find_as<std::int64_t>("max_size")) {
            if (*size < 1 || *size > 10'000) {
                pool.refuse("max_size", "expected 1 to 10000");
            }
            options_.own_connections = static_cast<std::size_t>(*size);
        }
    });
    if (pool.has("timeout")) {
        const double seconds = pool.number("timeout").value_or(-1);
        if (!(seconds >= 0 && seconds <= 86'400)) {
            pool.refuse("timeout", "expected 0 to 86400");
        }
        options_.wait_for_own =
            std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
    }
}

void Options::read_isolation_level() {
    std::string level = text::lowered(text_of("isolation_level"));
    std::replace(level.begin(), level.end(), '_', ' ');
    if (level.empty()) {
        return; // the server's own
    }
    if (!has(isolation_levels, level)) {
        values_.refuse(
            "isolation_level",
            fmt::format(
                "expected one of \"{}\"; psycopg's numbers depend on its version",
                fmt::join(isolation_levels, "\", \"")
            )
        );
    }
    options_.isolation_level = level;
}

void Options::check_client_encoding() const {
    const std::string encoding = text::lowered(text_of("client_encoding"));
    if (encoding != "utf8" && encoding != "utf-8" && encoding != "unicode") {
        values_.refuse("client_encoding", "must be \"UTF8\"");
    }
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
    options.time_zone = database_time_zone(settings).name();
    options.renewals = use.renewals;
    // An operator's command needs one connection, and keeps its locks on it.
    if (use.at_once > 1) {
        constexpr std::size_t shared_connections = 2;
        options.shared_connections = shared_connections;
        options.max_age = settings.database.conn_max_age.value_or(options.max_age);
    }
    return options;
}

} // namespace drf_messages::embed
