// SPDX-License-Identifier: MIT
#include "embed/database.hpp"

#include "sql/sqlite/sqlite_connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>

namespace drf_messages::embed {
namespace {

template<class Value>
const Value* option(const std::map<std::string, SettingValue>& options, const std::string& name) {
    const auto entry = options.find(name);
    return entry == options.end() ? nullptr : std::get_if<Value>(&entry->second.value);
}

sql::SqliteOptions
sqlite_options(const DatabaseSettings& database, bool create, std::size_t at_once) {
    sql::SqliteOptions options;
    options.patient_writers = std::max<std::size_t>(1, at_once / 2);
    options.path = database.name;
    options.create = create;
    if (const auto* seconds = option<std::int64_t>(database.options, "timeout")) {
        options.busy_timeout = std::chrono::seconds(*seconds);
    } else if (const auto* fraction = option<double>(database.options, "timeout")) {
        options.busy_timeout =
            std::chrono::milliseconds(static_cast<std::int64_t>(*fraction * 1000));
    }
    if (const auto* command = option<std::string>(database.options, "init_command")) {
        options.init_command = *command;
    }
    return options;
}

} // namespace

sql::ConnectionFactory
database_connections(const DatabaseSettings& database, bool create, std::size_t at_once) {
    if (database.engine != "django.db.backends.sqlite3") {
        throw std::invalid_argument(fmt::format(
            "DATABASES.default.ENGINE: \"{}\" is not available in this build", database.engine
        ));
    }
    return sql::sqlite_connections(sqlite_options(database, create, at_once));
}

} // namespace drf_messages::embed
