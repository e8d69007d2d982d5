// SPDX-License-Identifier: MIT
#pragma once

#include "schema/indexes.hpp"
#include "sql/connection.hpp"
#include "sql/pool.hpp"

#include <drf_messages/clock.hpp>

#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::schema {

/// One migration: an app, a name as django_migrations has it, and what it does on each database.
struct Migration {
    std::string_view app;
    std::string_view name;
    /// SQL for a dialect; empty if Django's migration changes no table.
    std::function<std::string(sql::Dialect)> sql;
    /// Our own indexes, made after that.
    std::span<const Index> indexes = {};
};

/// Every migration in the order in which they run. Apps: contenttypes, auth, authtoken, sessions,
/// drf_messages, admin, which holds the admin's log, and drf_messages_server, which holds our own
/// indexes and is unknown to Django.
const std::vector<Migration>& all_migrations();

/// What stands for the feed (feed.hpp) among those that are pending. It changes nothing by itself.
const Migration& feed_migration();

/// What not every site needs.
struct Extras {
    bool admin = false; ///< the app of that name, which only its pages need
    /// the feed (feed.hpp), in a database that is ours; beside Django `live on` makes it
    bool feed = false;
};

/// The apps that `migrate` migrates. With `app`, only that one and those that it depends on;
/// without, all, but in a Django site's database (owner.hpp) only those that its django_migrations
/// knows, and the app of our own indexes. Throws std::invalid_argument for an unknown app.
std::set<std::string_view>
apps_to_migrate(sql::Connection& connection, std::string_view app = {}, Extras extras = {});

/// Those of apps_to_migrate() that the database lacks. The feed is the last of them; it is not
/// recorded in django_migrations, since `live off` takes it away again.
std::vector<const Migration*>
pending_migrations(sql::Connection& connection, std::string_view app = {}, Extras extras = {});

/// Runs pending_migrations(), each with its django_migrations row in one transaction, then writes
/// content types and permissions as Django's post_migrate does. An empty database is marked as ours
/// (owner.hpp) with the first of them. Where the database cannot change
/// tables in a transaction (MariaDB), an interrupted migration continues where it stopped. Indexes
/// are made while the table is in use, if possible. If several servers start at once, one migrates;
/// the others wait and find nothing to do.
/// - open: opens the connection that migrates, and another one for the lock.
/// - app, extras: as for apps_to_migrate().
/// - progress: called before and after each.
void migrate(
    const sql::ConnectionFactory& open,
    const Clock& clock,
    std::string_view app,
    const std::function<void(const Migration&, bool done)>& progress,
    Extras extras = {}
);

/// The state of a database, for a clear message before serving.
enum class State { ready, empty, needs_migration, foreign, newer };
/// - ready: drf_messages is complete, and with it what it depends on. Our own indexes make it
///   faster and may be missing (a Django site's database as Django left it), and so may authtoken,
///   which only token authentication needs.
/// - empty: Owner::nobody. foreign: Owner::another. newer: records a migration of drf_messages or
///   drf_messages_server that we do not know, unless its name says that it keeps what we use:
///   "0004_archive_keeps_0002".
State inspect(sql::Connection& connection);

/// Tables that are missing although django_migrations has them: somebody dropped them, or the
/// database was only partly restored.
/// - user_table: that of AUTH_USER_MODEL.
std::vector<std::string>
missing_tables(sql::Connection& connection, std::string_view user_table = "auth_user");

} // namespace drf_messages::schema
