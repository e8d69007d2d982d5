// SPDX-License-Identifier: MIT
#pragma once

#include "schema/catalog.hpp"
#include "sql/connection.hpp"

#include <drf_messages/clock.hpp>

#include <string_view>

namespace drf_messages::schema {

/// Whose tables a database has, which decides what `migrate` may make there: a table that refers to
/// Django's and that Django does not know of breaks `manage.py flush` and the deletion of users.
enum class Owner {
    nobody,  ///< it has none
    us,      ///< it was empty when `migrate` made the first of them
    site,    ///< a Django site
    another, ///< another application: neither django_migrations nor ours
};

/// Ours is a database with the mark, and one that the `migrate` of a version without the mark has
/// filled: its django_migrations begins with all of our migrations in our order. (Where Django has
/// written those very rows, it knows every table that we could make.)
Owner owner_of(sql::Connection& connection);

/// Whether django_migrations has a migration of the app.
bool knows_app(const AppliedMigrations& applied, std::string_view app);

/// A site for which `migrate` has nothing to make unless it is asked for drf_messages by name.
bool is_site_without_messages(sql::Connection& connection);

/// Whether `migrate` has made whatever the database has, as far as anybody has recorded it.
bool is_made_by_us_alone(sql::Connection& connection);

/// Records that the database is ours: a row of django_migrations that names no app of anybody's.
void mark_as_ours(sql::Connection& connection, const Clock& clock);

} // namespace drf_messages::schema
