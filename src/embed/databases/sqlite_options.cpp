// SPDX-License-Identifier: MIT
#include "embed/databases/sqlite_options.hpp"

#include "model/option_values.hpp"
#include "model/sqlite_name.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

namespace drf_messages::embed {
namespace {

/// sqlite3.connect's timeout. Longer ones than a day would leave the range of the clock.
std::optional<std::chrono::milliseconds> busy_timeout(const model::OptionValues& options) {
    constexpr double longest_seconds = 86'400;
    const auto number = options.number("timeout");
    if (!number) {
        return std::nullopt;
    }
    const double seconds = std::isnan(*number) ? 0 : std::clamp(*number, 0.0, longest_seconds);
    return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

/// Our own: for how long writers add to one commit.
std::chrono::milliseconds
shared_commit(const model::OptionValues& options, std::chrono::milliseconds otherwise) {
    constexpr double longest_seconds = 1;
    if (options.find("shared_commit") == nullptr) {
        return otherwise;
    }
    const auto seconds = options.number("shared_commit");
    if (!seconds || !(*seconds >= 0 && *seconds <= longest_seconds)) {
        options.refuse("shared_commit", "expected seconds (0 to 1)");
    }
    return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>(*seconds));
}

void set_name(sql::SqliteOptions& options, const std::string& given) {
    try {
        const SqliteName name = parse_sqlite_name(given);
        options.path = name.path;
        options.create = name.may_create;
        options.in_memory = name.in_memory;
        options.read_only = name.read_only;
        options.uri_parameters = name.parameters;
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(std::string("DATABASES.default.NAME: ") + error.what());
    }
}

} // namespace

sql::SqliteOptions sqlite_options(const Settings& settings, const DatabaseUse& use) {
    const DatabaseSettings& database = settings.database;
    sql::SqliteOptions options;
    options.patient_writers = std::max<std::size_t>(1, use.at_once / 2);
    set_name(options, database.name);
    options.create = use.create && options.create;
    const model::OptionValues given("DATABASES.default.OPTIONS", database.options);
    options.busy_timeout = busy_timeout(given).value_or(options.busy_timeout);
    if (const auto* command = given.find_as<std::string>("init_command")) {
        options.init_command = *command;
    }
    options.longest_shared_commit = shared_commit(given, options.longest_shared_commit);
    options.clock = database_clock(settings);
    if (use.limit_statements) {
        options.statement_timeout = settings.server.statement_timeout;
    }
    return options;
}

} // namespace drf_messages::embed
