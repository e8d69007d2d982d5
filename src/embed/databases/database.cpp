// SPDX-License-Identifier: MIT
#include "embed/databases/database.hpp"

#include "embed/databases/sqlite_options.hpp"
#include "sql/supervised.hpp"
#ifdef DRF_MESSAGES_WITH_POSTGRESQL
#include "embed/databases/postgresql_options.hpp"
#endif
#ifdef DRF_MESSAGES_WITH_MARIADB
#include "embed/databases/mariadb_options.hpp"
#endif

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace drf_messages::embed {
namespace {

using MakeConnections = sql::ConnectionFactory (*)(const Settings&, const DatabaseUse&);

struct Engine {
    std::string_view name;
    MakeConnections connections;
    Concurrency concurrency = {};
};

sql::ConnectionFactory sqlite(const Settings& settings, const DatabaseUse& use) {
    return sql::sqlite_connections(sqlite_options(settings, use));
}

#ifdef DRF_MESSAGES_WITH_POSTGRESQL
/// The queries of a thread's fibers travel together: the more there are the cheaper is each.
constexpr Concurrency in_fibers{.least_workers = 2, .fibers = 16};

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
    {"django.db.backends.postgresql", postgresql, in_fibers},
    {"django.db.backends.postgresql_psycopg2", postgresql, in_fibers},
#endif
#ifdef DRF_MESSAGES_WITH_MARIADB
    {"django.db.backends.mysql", mariadb},
#endif
};

/// Null for one that this build does not have.
const Engine* find_engine(const Settings& settings) noexcept {
    const auto* const found =
        std::find_if(std::begin(engines), std::end(engines), [&](const Engine& engine) {
            return engine.name == settings.database.engine;
        });
    return found == std::end(engines) ? nullptr : found;
}

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
    const Engine* const engine = find_engine(settings);
    if (!engine) {
        refuse_engine(settings.database.engine);
    }
    return sql::supervised(
        engine->connections(settings, use), {settings.server.slow_statement, use.log}
    );
}

Concurrency concurrency(const Settings& settings) noexcept {
    const Engine* const engine = find_engine(settings);
    return engine ? engine->concurrency : Concurrency{};
}

void prepare_drivers_for_serving() noexcept {
    sql::stop_counting_sqlite_memory();
}

} // namespace drf_messages::embed
