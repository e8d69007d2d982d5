// SPDX-License-Identifier: MIT
#pragma once

#include "schema/catalog.hpp"
#include "sql/connection.hpp"

namespace drf_messages::schema {

/// Writes the missing rows of django_content_type for every model of the apps that are migrated,
/// and their add, change, delete and view permissions where `auth` is migrated too. Run it in a
/// transaction.
/// - Django: contrib/contenttypes/management, create_contenttypes; contrib/auth/management,
///   create_permissions.
void create_permissions(sql::Connection& connection, const AppliedMigrations& applied);

} // namespace drf_messages::schema
