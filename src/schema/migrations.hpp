// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"
#include "sql/connection.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::schema {

/// One migration: an app, a name as django_migrations has it, and what it does on each database.
struct Migration {
    std::string_view app;
    std::string_view name;
    /// SQL for a dialect; empty where Django's migration changes no table.
    std::function<std::string(sql::Dialect)> sql;
};

/// Every migration in the order in which they run. Apps: contenttypes, auth, authtoken, sessions,
/// drf_messages, and drf_messages_server, which holds our own indexes and is unknown to Django.
const std::vector<Migration>& all_migrations();

/// Those that the database lacks; with `app`, that app's and what they depend on.
/// Throws std::invalid_argument for an unknown app.
std::vector<const Migration*>
pending_migrations(sql::Connection& connection, std::string_view app = {});

/// Runs what is pending, each with its django_migrations row in one transaction, then writes
/// content types and permissions as Django's post_migrate does. `progress` is called before and
/// after each.
/// Servers that start at once migrate once: the second waits and finds nothing to do.
void migrate(
    sql::Connection& connection,
    const Clock& clock,
    std::string_view app,
    const std::function<void(const Migration&, bool done)>& progress
);

/// What a database file is, for a clear message before serving.
enum class State { ready, empty, needs_migration, foreign, newer };
/// - ready: drf_messages is complete, and with it what it depends on. Our own indexes make it
///   faster and may be missing (a Django site's database as Django left it), and so may authtoken,
///   which only token authentication needs.
/// - foreign: has tables, but neither django_migrations nor ours. newer: records a drf_messages
///   migration we do not know.
State inspect(sql::Connection& connection);

} // namespace drf_messages::schema
