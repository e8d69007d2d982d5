// SPDX-License-Identifier: MIT
#include "embed/databases/sqlite_options.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

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

} // namespace

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

} // namespace drf_messages::embed
