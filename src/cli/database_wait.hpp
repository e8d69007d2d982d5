// SPDX-License-Identifier: MIT
#pragma once

#include "cli/service_manager.hpp"
#include "sql/error.hpp"

#include <drf_messages/log.hpp>
#include <drf_messages/settings.hpp>

#include <string>
#include <vector>

namespace drf_messages::cli {

/// Throws sql::Error where the database's server cannot be reached, and Failure where it can and
/// refuses the login: no waiting mends that. A file is there or is not, and is not waited for.
void reach_database(const Settings& settings);

/// Whether the database may well be there later.
/// - is_reached: it was, before the error.
bool may_pass(const Settings& settings, const sql::Error& error, bool is_reached);

/// Says once for each reason that the database is waited for, and that it is there.
class Patience {
public:
    /// - addresses: where /readyz says so too.
    /// - manager, log: must live longer.
    Patience(
        const Settings& settings,
        const std::vector<std::string>& addresses,
        const ServiceManager& manager,
        const LogSink& log
    );

    void wait(const sql::Error& error);
    void end();

private:
    const ServiceManager& manager_;
    const LogSink& log_;
    const std::string place_;
    std::string why_;
};

} // namespace drf_messages::cli
