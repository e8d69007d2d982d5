// SPDX-License-Identifier: MIT
#include "embed/databases/database.hpp"

#include "base/per_process.hpp"
#include "embed/databases/sqlite_options.hpp"
#include "model/database_vendor.hpp"
#include "model/site_time.hpp"
#include "model/sqlite_name.hpp"
#include "sql/sql_timestamp.hpp"
#include "sql/supervised.hpp"
#ifdef DRF_MESSAGES_WITH_POSTGRESQL
#include "embed/databases/postgresql_options.hpp"
#endif
#ifdef DRF_MESSAGES_WITH_MARIADB
#include "embed/databases/mariadb_options.hpp"
#endif

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace drf_messages::embed {
namespace {

class ZoneClock final : public sql::WallClock {
public:
    explicit ZoneClock(text::TimeZone zone) : zone_(std::move(zone)) {}

    Timestamp reading_at(Timestamp moment) const override {
        return Timestamp(zone_.local_at(moment).time_since_epoch());
    }
    Timestamp moment_of(Timestamp reading) const override {
        return zone_.nearest_moment(text::TimeZone::LocalTime(reading.time_since_epoch()));
    }

private:
    text::TimeZone zone_;
};

using MakeConnections = sql::ConnectionFactory (*)(const Settings&, const DatabaseUse&);

struct Driver {
    DatabaseVendor vendor;
    MakeConnections connections;
    Concurrency concurrency = {};
};

/// Where one waits to write or for a commit that it shares, the next goes on; as many commits are
/// shared. Each may need a connection, so memory, of its own.
constexpr Concurrency among_writers{.least_workers = 4, .fibers = 4};

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
/// Each waits for the database's answers most of the time, and nothing else runs on it meanwhile.
constexpr Concurrency in_many_threads{.least_workers = 16};

sql::ConnectionFactory mariadb(const Settings& settings, const DatabaseUse& use) {
    return sql::with_backoff(sql::mariadb_connections(mariadb_options(settings, use)));
}
#endif

constexpr Driver drivers[] = {
    {DatabaseVendor::sqlite, sqlite, among_writers},
#ifdef DRF_MESSAGES_WITH_POSTGRESQL
    {DatabaseVendor::postgresql, postgresql, in_fibers},
#endif
#ifdef DRF_MESSAGES_WITH_MARIADB
    {DatabaseVendor::mysql, mariadb, in_many_threads},
#endif
};

/// Null for one that this build does not have.
const Driver* find_driver(const std::string& engine) noexcept {
    const DatabaseVendor vendor = database_vendor(engine);
    const auto* const found =
        std::find_if(std::begin(drivers), std::end(drivers), [&](const Driver& driver) {
            return driver.vendor == vendor;
        });
    return found == std::end(drivers) ? nullptr : found;
}

[[noreturn]] void refuse_engine(const std::string& name) {
    std::vector<std::string> available = known_database_engines();
    std::erase_if(available, [](const std::string& engine) {
        return find_driver(engine) == nullptr;
    });
    throw std::invalid_argument(fmt::format(
        "DATABASES.default.ENGINE: \"{}\" is not available in this build; it has \"{}\"",
        name,
        fmt::join(available, "\", \"")
    ));
}

/// What the connections of a driver share, as queues and sockets, each process has for itself.
sql::ConnectionFactory connections_of_each_process(
    const Driver& driver, const Settings& settings, const DatabaseUse& use
) {
    using Connections = PerProcess<sql::ConnectionFactory>;
    const auto make = [&driver, settings, use](sql::ConnectionFactory* /*inherited*/) {
        return std::make_unique<sql::ConnectionFactory>(driver.connections(settings, use));
    };
    return [own = std::make_shared<Connections>(make)] { return own->get()(); };
}

} // namespace

std::shared_ptr<const sql::WallClock> database_clock(const Settings& settings) {
    auto zone = database_time_zone(settings);
    return zone.is_utc() ? nullptr : std::make_shared<const ZoneClock>(std::move(zone));
}

sql::ConnectionFactory database_connections(const Settings& settings, const DatabaseUse& use) {
    const Driver* const driver = find_driver(settings.database.engine);
    if (!driver) {
        refuse_engine(settings.database.engine);
    }
    return sql::supervised(
        connections_of_each_process(*driver, settings, use),
        {.slow_statement = settings.server.slow_statement,
         .log = use.log,
         .is_measured = use.is_measured,
         .over_fork = over_fork(settings),
         .renewals = use.renewals,
         .committed = use.committed}
    );
}

sql::OverFork over_fork(const Settings& settings) {
    if (is_in_memory(settings.database)) {
        return sql::OverFork::keep;
    }
    return database_vendor(settings.database.engine) == DatabaseVendor::sqlite
               ? sql::OverFork::close_before
               : sql::OverFork::abandon;
}

Concurrency concurrency(const Settings& settings) noexcept {
    const Driver* const driver = find_driver(settings.database.engine);
    return driver ? driver->concurrency : Concurrency{};
}

void prepare_drivers_for_serving() noexcept {
    sql::stop_counting_sqlite_memory();
}

} // namespace drf_messages::embed
