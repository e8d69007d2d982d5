// SPDX-License-Identifier: MIT
#pragma once

#include "sql/pool.hpp"

#include <drf_messages/settings.hpp>

#include <map>
#include <string>
#include <variant>

namespace drf_messages::embed {

/// An entry of an OPTIONS table; null when it is missing or of another type.
template<class Value>
const Value* option(const std::map<std::string, SettingValue>& options, const std::string& name) {
    const auto entry = options.find(name);
    return entry == options.end() ? nullptr : std::get_if<Value>(&entry->second.value);
}

/// Connections to DATABASES.default.
/// - create: whether a missing SQLite file is created; otherwise opening it fails.
/// - at_once: how many are in use at once. Half of them at most wait for another process that keeps
///   the database locked, so that requests which only read are still answered.
/// Throws std::invalid_argument for an engine that we do not have.
sql::ConnectionFactory
database_connections(const DatabaseSettings& database, bool create, std::size_t at_once = 1);

} // namespace drf_messages::embed
