// SPDX-License-Identifier: MIT
#pragma once

#include "schema/migrations.hpp"
#include "sql/connection.hpp"

#include <drf_messages/settings.hpp>

#include <string>

namespace drf_messages::embed {

/// Throws std::runtime_error for a database that is another application's, or that a newer
/// drf_messages has migrated.
void refuse_other_databases(const Settings& settings, sql::Connection& connection);

/// What the settings need beside what every site does.
schema::Extras migration_extras(const Settings& settings);

/// Which app to migrate when `wanted` is asked for; empty: all that schema::pending_migrations
/// names. The tables of another user model are made by its site, and with them come those that
/// refer to it: only indexes of our own are left to make. Throws std::runtime_error while that site
/// has not migrated, and for a Django site that has no messages, unless they are asked for.
std::string
app_to_migrate(const Settings& settings, sql::Connection& connection, const std::string& wanted);

} // namespace drf_messages::embed
