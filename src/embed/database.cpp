// SPDX-License-Identifier: MIT
#include "embed/database.hpp"

#include "sql/sqlite/sqlite_connection.hpp"
#include "sql/supervised.hpp"
#ifdef DRF_MESSAGES_WITH_POSTGRESQL
#include "embed/postgresql_options.hpp"
#endif
#ifdef DRF_MESSAGES_WITH_MARIADB
#include "embed/mariadb_options.hpp"
#endif

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace drf_messages::embed {
namespace {

/// sqlite3.connect's timeout. Longer ones than a day would leave the range of the clock.
std::optional<std::chrono::milliseconds>
busy_timeout(const std::map<std::string, SettingValue>& options) {
    constexpr double longest_seconds = 86'400;
    double seconds = 0;
    if (const auto* whole = option<std::int64_t>(options, "timeout")) {
        seconds = static_cast<double>(*whole);
    } else if (const auto* fraction = option<double>(options, "timeout")) {
        seconds = std::isnan(*fraction) ? 0 : *fraction;
    } else {
        return std::nullopt;
    }
    seconds = std::clamp(seconds, 0.0, longest_seconds);
    return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

sql::SqliteOptions sqlite_options(const Settings& settings, const DatabaseUse& use) {
    const DatabaseSettings& database = settings.database;
    sql::SqliteOptions options;
    options.patient_writers = std::max<std::size_t>(1, use.at_once / 2);
    options.path = database.name;
    options.create = use.create;
    options.busy_timeout = busy_timeout(database.options).value_or(options.busy_timeout);
    if (const auto* command = option<std::string>(database.options, "init_command")) {
        options.init_command = *command;
    }
    if (use.limit_statements) {
        options.statement_timeout = settings.server.statement_timeout;
    }
    return options;
}

using MakeConnections = sql::ConnectionFactory (*)(const Settings&, const DatabaseUse&);

struct Engine {
    std::string_view name;
    MakeConnections connections;
};

sql::ConnectionFactory sqlite(const Settings& settings, const DatabaseUse& use) {
    return sql::sqlite_connections(sqlite_options(settings, use));
}

#ifdef DRF_MESSAGES_WITH_POSTGRESQL
sql::ConnectionFactory postgresql(const Settings& settings, const DatabaseUse& use) {
    return sql::postgresql_connections(postgresql_options(settings, use));
}
#endif

#ifdef DRF_MESSAGES_WITH_MARIADB
sql::ConnectionFactory mariadb(const Settings& settings, const DatabaseUse& use) {
    return sql::with_backoff(sql::mariadb_connections(mariadb_options(settings, use)));
}
#endif

constexpr Engine engines[] = {
    {"django.db.backends.sqlite3", sqlite},
#ifdef DRF_MESSAGES_WITH_POSTGRESQL
    {"django.db.backends.postgresql", postgresql},
    {"django.db.backends.postgresql_psycopg2", postgresql},
#endif
#ifdef DRF_MESSAGES_WITH_MARIADB
    {"django.db.backends.mysql", mariadb},
#endif
};

[[noreturn]] void refuse_engine(const std::string& name) {
    std::string available;
    for (const Engine& engine : engines) {
        available += fmt::format("{}\"{}\"", available.empty() ? "" : ", ", engine.name);
    }
    throw std::invalid_argument(fmt::format(
        "DATABASES.default.ENGINE: \"{}\" is not available in this build; it has {}",
        name,
        available
    ));
}

} // namespace

sql::ConnectionFactory database_connections(const Settings& settings, const DatabaseUse& use) {
    for (const Engine& engine : engines) {
        if (engine.name == settings.database.engine) {
            return sql::supervised(
                engine.connections(settings, use), {settings.server.slow_statement, use.log}
            );
        }
    }
    refuse_engine(settings.database.engine);
}

void prepare_drivers_for_serving() noexcept {
    sql::stop_counting_sqlite_memory();
}

} // namespace drf_messages::embed
