// SPDX-License-Identifier: MIT
#include "cli/database_wait.hpp"

#include "cli/commands.hpp"
#include "embed/health.hpp"
#include "embed/obstacles.hpp"
#include "model/database_vendor.hpp"
#include "schema/access.hpp"

#include <fmt/format.h>

namespace drf_messages::cli {

void reach_database(const Settings& settings) {
    if (database_vendor(settings.database.engine) == DatabaseVendor::sqlite) {
        return;
    }
    try {
        embed::connections_for_checks(settings)()->query(
            {"reach", "SELECT 1"}, {}, [](const sql::Row&) {}
        );
    } catch (const sql::Error& error) {
        if (schema::refuses_login(error.what())) {
            throw Failure(embed::advice_about(settings, error.what()));
        }
        throw;
    }
}

bool may_pass(const Settings& settings, const sql::Error& error, bool is_reached) {
    switch (error.kind()) {
    case sql::ErrorKind::too_many_connections:
    case sql::ErrorKind::busy:
    case sql::ErrorKind::timed_out:
        return true;
    case sql::ErrorKind::connection_lost:
        return database_vendor(settings.database.engine) != DatabaseVendor::sqlite;
    case sql::ErrorKind::schema: // MariaDB has no database of that name
        return !is_reached;
    default:
        return false;
    }
}

Patience::Patience(
    const Settings& settings,
    const std::vector<std::string>& addresses,
    const ServiceManager& manager,
    const LogSink& log
)
    : manager_(manager), log_(log),
      place_(addresses.front() + settings.server.health_prefix + "/readyz") {}

void Patience::wait(const sql::Error& error) {
    manager_.notify("STATUS=waiting for the database\nEXTEND_TIMEOUT_USEC=60000000\n");
    if (why_ != error.what()) {
        why_ = error.what();
        log_(
            LogLevel::warning,
            fmt::format("waiting for the database (meanwhile {} is 503): {}", place_, why_)
        );
    }
}

void Patience::end() {
    if (!why_.empty()) {
        log_(LogLevel::info, "the database answers");
        why_.clear();
    }
}

} // namespace drf_messages::cli
