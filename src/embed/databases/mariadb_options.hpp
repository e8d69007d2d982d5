// SPDX-License-Identifier: MIT
#pragma once

#include "embed/databases/database.hpp"
#include "sql/mariadb/factory.hpp"

namespace drf_messages::embed {

/// DATABASES.default of a "django.db.backends.mysql" in the driver's words; OPTIONS are those of
/// Django and of mysqlclient. Throws std::invalid_argument that names the option.
sql::MariadbOptions mariadb_options(const Settings& settings, const DatabaseUse& use);

} // namespace drf_messages::embed
